/* SPDX-License-Identifier: GPL-2.0-or-later */
struct mixer {
	spinlock_t lock;
	struct napi_struct napi;
	int level;
};
void mixer_add(struct mixer *m);
int mixer_poll(struct napi_struct *napi, int budget);
