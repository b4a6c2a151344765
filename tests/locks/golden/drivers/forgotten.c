// SPDX-License-Identifier: GPL-2.0-or-later
/* Ways that are walked, though what was seen before seems to close them, and locks that a result keeps. */
#include <linux/kernel.h>

#define EIO 5
#define EBUSY 16
#define ETIMEDOUT 110
#define KEY_ONE 1
#define KEY_TWO 2

struct vault {
	struct mutex lock;
	int full, open, done, moving;
};

int vault_ask(struct vault *v);
int vault_wait_timeout(struct vault *v);
void vault_kick(struct vault *v);
long wait_for_vault(struct vault *v);

/* Two characters are not one. */
long bad_letter(struct vault *v, const char *buf, long count)
{
	mutex_lock(&v->lock);
	if (buf[0] == '0') {
		v->full = 0;
	} else if (buf[0] == '1') {
		v->full = 1;
		return count;
	}
	mutex_unlock(&v->lock);
	return count;
}

long good_letter(struct vault *v, const char *buf, long count)
{
	if (buf[0] == '1')
		mutex_lock(&v->lock);
	v->full = buf[1] == '\0';
	if (buf[0] == '1')
		mutex_unlock(&v->lock);
	return count;
}

/* What a wait with a timeout leaves is not negative, and need not be zero. */
int bad_more_than_zero(struct vault *v)
{
	int ret;

	mutex_lock(&v->lock);
	ret = vault_wait_timeout(v);
	if (ret < 0) {
		mutex_unlock(&v->lock);
		return ret;
	} else if (ret == 0) {
		mutex_unlock(&v->lock);
		return -ETIMEDOUT;
	}
	if (v->full)
		return -EIO;
	mutex_unlock(&v->lock);
	return 0;
}

/* An error code: zero is all that is left. */
int good_error_code(struct vault *v)
{
	int ret = vault_ask(v);

	mutex_lock(&v->lock);
	if (ret < 0)
		mutex_unlock(&v->lock);
	else
		v->full = 1;
	if (ret == 0)
		mutex_unlock(&v->lock);
	return ret;
}

int good_more_than_zero(struct vault *v)
{
	int ret = mutex_lock_interruptible(&v->lock);

	if (ret < 0)
		return ret;
	if (ret)
		return -EIO;
	v->full++;
	mutex_unlock(&v->lock);
	return ret;
}

/* A parameter decides about the error, not about the lock. */
int bad_refused(struct vault *v, const char *buf)
{
	mutex_lock(&v->lock);
	if (!buf)
		return -EIO;
	v->full = buf[0];
	mutex_unlock(&v->lock);
	return 0;
}

/* Here it decides who has the lock: an error finds it as it was. */
int good_refused(struct vault *v, int is_locked)
{
	if (!is_locked)
		mutex_lock(&v->lock);
	if (v->full) {
		if (!is_locked)
			mutex_unlock(&v->lock);
		return -EBUSY;
	}
	if (!is_locked)
		mutex_unlock(&v->lock);
	return 0;
}

/* Who was waited for may have set it. */
int bad_answered(struct vault *v)
{
	int ret = 0;

	mutex_lock(&v->lock);
	v->done = 0;
	vault_kick(v);
	wait_for_vault(v);
	if (v->done == 0)
		goto out;
	if (v->done == KEY_TWO)
		return -EIO;
	ret = 1;
out:
	mutex_unlock(&v->lock);
	return ret;
}

int good_answered(struct vault *v)
{
	int ret = 0;

	mutex_lock(&v->lock);
	v->done = 0;
	vault_kick(v);
	wait_for_vault(v);
	if (v->done == KEY_TWO)
		ret = -EIO;
	mutex_unlock(&v->lock);
	return ret;
}

/* The lock was free for a while. */
int bad_asked_again(struct vault *v)
{
	int ret = 0;

	mutex_lock(&v->lock);
	if (v->moving)
		goto out;
	mutex_unlock(&v->lock);
	ret = vault_ask(v);
	mutex_lock(&v->lock);
	if (v->moving)
		return -EBUSY;
	v->full = ret;
out:
	mutex_unlock(&v->lock);
	return ret;
}

/* What was seen before, of who needs the lock, stays so. */
int good_asked_again(struct vault *v)
{
	if (v->open)
		mutex_lock(&v->lock);
	v->full++;
	if (v->open)
		mutex_unlock(&v->lock);
	vault_kick(v);
	if (v->open)
		mutex_lock(&v->lock);
	v->full--;
	if (v->open)
		mutex_unlock(&v->lock);
	return 0;
}

/* In a case only, and what it returns is no error. */
int bad_in_case(struct vault *v, int what)
{
	switch (what) {
	case KEY_ONE:
		mutex_lock(&v->lock);
		v->full = 1;
		return KEY_ONE;
	case KEY_TWO:
		mutex_lock(&v->lock);
		v->full = 2;
		mutex_unlock(&v->lock);
		return KEY_TWO;
	default:
		return -EIO;
	}
}

struct chamber {
	struct mutex lock;
	int full, open;
};

/* Success keeps the lock, and the core that calls through the slot has never heard of it. */
static int bad_chamber_open(struct chamber *v)
{
	mutex_lock(&v->lock);
	if (v->open) {
		mutex_unlock(&v->lock);
		return -EBUSY;
	}
	v->open = 1;
	return 0;
}

/* So does a caller who does not give it back. */
static int bad_enlarge(struct chamber *v)
{
	mutex_lock(&v->lock);
	if (v->full) {
		mutex_unlock(&v->lock);
		return -EBUSY;
	}
	v->full = 1;
	return 0;
}

static int chamber_grow(struct chamber *v)
{
	if (bad_enlarge(v))
		return -EIO;
	return 0;
}

struct chamber_ops {
	int (*open)(struct chamber *v);
	int (*grow)(struct chamber *v);
	int (*close)(struct chamber *v);
};

static const struct chamber_ops chamber_ops = {
	.open = bad_chamber_open,
	.grow = chamber_grow,
};

/* Another lock, whose callers know of it. */
struct crypt {
	struct mutex lock;
	int full, open;
};

static int good_enlarge(struct crypt *v)
{
	mutex_lock(&v->lock);
	if (v->full) {
		mutex_unlock(&v->lock);
		return -EBUSY;
	}
	v->full = 1;
	return 0;
}

static int crypt_grow_more(struct crypt *v)
{
	return good_enlarge(v);
}

int crypt_grow(struct crypt *v)
{
	int ret = crypt_grow_more(v);

	if (ret)
		return ret;
	mutex_unlock(&v->lock);
	return 0;
}

/* Here the table's next function gives it back. */
struct cellar {
	struct mutex lock;
	int full, open;
};

static int good_cellar_open(struct cellar *v)
{
	mutex_lock(&v->lock);
	if (v->open) {
		mutex_unlock(&v->lock);
		return -EBUSY;
	}
	v->open = 1;
	return 0;
}

static int cellar_close(struct cellar *v)
{
	v->open = 0;
	mutex_unlock(&v->lock);
	return 0;
}

struct cellar_ops {
	int (*open)(struct cellar *v);
	int (*close)(struct cellar *v);
};

static const struct cellar_ops cellar_ops = {
	.open = good_cellar_open,
	.close = cellar_close,
};

/* Taken and returned with in one round of a loop. */
struct row {
	struct mutex lock;
	int full, is_idle;
};

void bad_row_round(struct row *rows, int nr)
{
	for (int i = 0; i < nr; i++) {
		struct row *r = &rows[i];

		mutex_lock(&r->lock);
		if (r->full)
			return;
		r->is_idle = 1;
		mutex_unlock(&r->lock);
	}
}

/* All of them are given back by another loop. */
struct bed {
	struct mutex lock;
	int full;
};

int good_bed_round(struct bed *rows, int nr)
{
	int i;

	for (i = 0; i < nr; i++) {
		mutex_lock(&rows[i].lock);
		if (rows[i].full)
			break;
	}
	while (--i >= 0)
		mutex_unlock(&rows[i].lock);
	return 1;
}

struct pit {
	struct mutex lock;
	int full;
};

int pit_wait_timeout(struct pit *r);

/* First whether it is zero, then whether it is less. */
static int bad_zero_first(struct pit *r)
{
	int ret;

	mutex_lock(&r->lock);
	ret = pit_wait_timeout(r);
	if (ret == 0) {
		mutex_unlock(&r->lock);
		return -ETIMEDOUT;
	}
	if (ret < 0) {
		mutex_unlock(&r->lock);
		return ret;
	}
	r->full = ret;
	return KEY_ONE;
}

int good_zero_first(struct pit *r)
{
	int ret = mutex_lock_interruptible(&r->lock);

	if (ret == 0) {
		r->full = 1;
		mutex_unlock(&r->lock);
		return 0;
	}
	if (ret < 0)
		return ret;
	return KEY_ONE;
}

struct pit_ops {
	int (*wait)(struct pit *r);
};

static const struct pit_ops pit_ops = {
	.wait = bad_zero_first,
};
