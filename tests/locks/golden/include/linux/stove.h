/* SPDX-License-Identifier: GPL-2.0-or-later */
struct stove;
struct stove_ops {
	void (*heat)(struct stove *s);
	void (*cool)(struct stove *s);
};
struct stove {
	struct mutex lock;
	const struct stove_ops *ops;
	const struct stove_ops *saved;
	int degrees;
};
void stove_heat(struct stove *s);
