/* SPDX-License-Identifier: GPL-2.0-or-later */
struct wire;
struct wire_ops {
	void (*send)(struct wire *w);
	void (*flush)(struct wire *w);
};
struct wire {
	struct mutex list, queue, ring;
	const struct wire_ops *ops;
};
void wire_done(struct wire *w);
void wire_take_list(struct wire *w);
