/* SPDX-License-Identifier: GPL-2.0-or-later */
struct chime_ctl { struct mutex lock; int strikes; };
struct chime {
	struct mutex lock;
	struct chime_ctl *ctl;
	void (*strike)(struct chime *c);
};
void chime_strike(struct chime *c);
struct chime *chime_of(struct chime_ctl *ctl);
