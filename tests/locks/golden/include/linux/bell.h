/* SPDX-License-Identifier: GPL-2.0-or-later */
struct bell {
	spinlock_t lock;
	int rings;
};

void bell_count(void);
void bell_ring(struct bell *b);
