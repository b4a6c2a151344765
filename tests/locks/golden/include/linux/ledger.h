/* SPDX-License-Identifier: GPL-2.0-or-later */
extern spinlock_t ledger_lock;
