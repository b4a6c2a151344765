/* SPDX-License-Identifier: GPL-2.0-or-later */
struct stove;
struct stove_ops {
	void (*heat)(struct stove *s);
	void (*cool)(struct stove *s);
	void (*warm)(struct stove *s);
	void (*vent)(struct stove *s);
};
struct stove {
	struct mutex lock, hatch;
	const struct stove_ops *ops;
	const struct stove_ops *saved;
	int degrees;
};
void stove_heat(struct stove *s);
extern struct mutex hearth_lock;
struct stove *stove_of(int n);
struct vent { struct mutex lock; };
struct vent *vent_of(int n);
void stove_toast(struct stove *s);
