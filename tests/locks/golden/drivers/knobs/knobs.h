/* SPDX-License-Identifier: GPL-2.0-or-later */
struct knob;

struct desk {
	struct rw_semaphore knobs, turns;
	struct knob *all;
};

struct knob_new {
	const char *name;
	int (*put)(struct knob *k, int v);
	int (*turn)(struct knob *k, int v);
};

struct knob {
	int (*put)(struct knob *k, int v);
	int (*turn)(struct knob *k, int v);
	void *private_data;
};

#define KNOB(_name, _put, _turn) \
{ .name = _name, .put = _put, .turn = (_turn) }

struct knob *knob_new(const struct knob_new *from, void *data);
struct knob *desk_find(struct desk *d, int nr);
