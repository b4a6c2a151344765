/* SPDX-License-Identifier: GPL-2.0-or-later */
extern spinlock_t ledger_lock;

struct owner;
struct owner_ops {
	void (*gone)(struct owner *o);
};
struct owner {
	struct mutex turn;
	const struct owner_ops *ops;
};
