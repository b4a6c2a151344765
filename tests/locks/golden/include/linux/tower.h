/* SPDX-License-Identifier: GPL-2.0-or-later */
struct tower;

struct horn {
	struct work_struct poll;
	void *data;
};

struct tower_ops {
	int (*start)(struct tower *t);
};

struct tower {
	struct mutex mtx;
	struct horn *horn;
	const struct tower_ops *ops;
	void *priv;
};

struct tower *tower_new(const struct tower_ops *ops, void *priv);
void horn_stop(struct horn *h);
