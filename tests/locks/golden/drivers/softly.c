// SPDX-License-Identifier: GPL-2.0-or-later
/* An hrtimer that is run by soft interrupts. */
#include <linux/kernel.h>

struct softly {
	spinlock_t lock, other;
	struct hrtimer timer;
	void *buffer;
	int level;
};

static int softly_fires(struct hrtimer *t)
{
	struct softly *s = container_of(t, struct softly, timer);

	spin_lock(&s->lock);
	s->level++;
	spin_unlock(&s->lock);
	spin_lock(&s->other);
	s->level++;
	spin_unlock(&s->other);
	return 0;
}

void softly_bind(struct softly *s)
{
	hrtimer_setup(&s->timer, softly_fires, 1, HRTIMER_MODE_REL_SOFT);
}

void good_softly(struct softly *s)
{
	s->buffer = vzalloc(64);
	spin_lock_bh(&s->lock);
	s->level = 0;
	spin_unlock_bh(&s->lock);
}

void bad_softly(struct softly *s)
{
	s->buffer = vzalloc(64);
	spin_lock(&s->other);
	s->level = 0;
	spin_unlock(&s->other);
}
