/* SPDX-License-Identifier: GPL-2.0-or-later */
struct valve {
	struct mutex named, keyed, either, asked, jumped, fetched, scoped, pressed;
	int n;
	struct valve *next;
};

#define VALVE_CMD(n) (0x100 | (n))
#define CMD_CLOSE VALVE_CMD(3)
#define CMD_SHUT CMD_CLOSE
void bad_press(struct valve *v, int how);
