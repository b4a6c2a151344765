/* SPDX-License-Identifier: GPL-2.0-or-later */
struct tooth_dev { struct mutex lock; struct sock *first, *last; int id; };
struct tooth_cb { void (*told)(struct tooth_dev *d, int status); int nr; };
void tooth_add(const struct tooth_cb *cb);
struct tooth_dev *tooth_of(struct sock *sk);
