// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two locks in both orders, where a name says that something is made or let
 * go: of an object that the holder had before, or of the very one; and how
 * many steps may depend on a state.
 */
#include <linux/kernel.h>

struct mill {
	struct mutex grind, flour, sack, bran, husk, dust, five;
	int a, b, c, d;
	struct kref ref;
};

static DEFINE_MUTEX(mill_lock);
static DEFINE_MUTEX(yard_lock);

struct mill *mill_of(int n);

/* who runs the mill takes its lock and lets something be made that is one for all */
static void bad_mill_init_yard(struct mill *m)
{
	mutex_lock(&mill_lock);
	mutex_unlock(&mill_lock);
}

void bad_mill_turns(struct mill *m)
{
	mutex_lock(&m->grind);
	bad_mill_init_yard(m);
	mutex_unlock(&m->grind);
}

void bad_yard_stops(int n)
{
	struct mill *m = mill_of(n);

	mutex_lock(&mill_lock);
	mutex_lock(&m->grind);
	mutex_unlock(&m->grind);
	mutex_unlock(&mill_lock);
}

/* who makes the mill has it alone */
void maybe_mill_create(struct mill *m)
{
	mutex_lock(&m->flour);
	mutex_lock(&yard_lock);
	mutex_unlock(&yard_lock);
	mutex_unlock(&m->flour);
}

void maybe_yard_has_flour(int n)
{
	struct mill *m = mill_of(n);

	mutex_lock(&yard_lock);
	mutex_lock(&m->flour);
	mutex_unlock(&m->flour);
	mutex_unlock(&yard_lock);
}

/* what was made is taken apart again: nobody knows of it */
static void maybe_mill_cleanup(struct mill *m)
{
	mutex_lock(&m->sack);
	mutex_unlock(&m->sack);
}

static void maybe_mill_register(struct mill *m)
{
	if (m->a)
		maybe_mill_cleanup(m);
}

static DEFINE_MUTEX(barn_lock);

void maybe_barn_opens(int n)
{
	struct mill *m = mill_of(n);

	mutex_lock(&barn_lock);
	maybe_mill_register(m);
	mutex_unlock(&barn_lock);
}

void maybe_sack_in_barn(struct mill *m)
{
	mutex_lock(&m->sack);
	mutex_lock(&barn_lock);
	mutex_unlock(&barn_lock);
	mutex_unlock(&m->sack);
}

static DEFINE_MUTEX(cart_lock);

/* four steps in a state are no reason for two threads not to meet */
void bad_bran_on_cart(int n)
{
	struct mill *m = mill_of(n);

	mutex_lock(&cart_lock);
	if (m->a) {
		if (m->b) {
			mutex_lock(&m->bran);
			mutex_unlock(&m->bran);
		}
	}
	mutex_unlock(&cart_lock);
}

static void bad_cart_for_bran(struct mill *m)
{
	if (m->d) {
		mutex_lock(&cart_lock);
		mutex_unlock(&cart_lock);
	}
}

static void bad_bran_sieved(struct mill *m)
{
	if (m->c)
		bad_cart_for_bran(m);
}

void bad_bran_waits(struct mill *m)
{
	mutex_lock(&m->bran);
	if (m->b)
		bad_bran_sieved(m);
	mutex_unlock(&m->bran);
}

/* five are one: read one by one, they did not */
static DEFINE_MUTEX(sieve_lock);

void maybe_husk_on_sieve(int n)
{
	struct mill *m = mill_of(n);

	mutex_lock(&sieve_lock);
	if (m->a) {
		mutex_lock(&m->five);
		mutex_unlock(&m->five);
	}
	mutex_unlock(&sieve_lock);
}

static void maybe_sieve_taken(struct mill *m)
{
	if (m->d) {
		mutex_lock(&sieve_lock);
		mutex_unlock(&sieve_lock);
	}
}

static void maybe_sieve_cleaned(struct mill *m)
{
	if (m->c)
		maybe_sieve_taken(m);
}

static void maybe_sieve_shaken(struct mill *m)
{
	if (m->b)
		maybe_sieve_cleaned(m);
}

void maybe_sieve_waits(struct mill *m)
{
	mutex_lock(&m->five);
	if (m->a)
		maybe_sieve_shaken(m);
	mutex_unlock(&m->five);
}

/* a file is released when it is closed, whoever has a reference; what is put was the last one */
static DEFINE_MUTEX(door_lock);

static void bad_husk_release(struct mill *m)
{
	mutex_lock(&door_lock);
	mutex_unlock(&door_lock);
}

void bad_husk_closes(struct mill *m)
{
	mutex_lock(&m->husk);
	bad_husk_release(m);
	mutex_unlock(&m->husk);
}

void bad_door_on_husk(int n)
{
	struct mill *m = mill_of(n);

	mutex_lock(&door_lock);
	mutex_lock(&m->husk);
	mutex_unlock(&m->husk);
	mutex_unlock(&door_lock);
}

static DEFINE_MUTEX(gate_lock);

int refcount_dec_and_test(struct kref *ref);

static void maybe_dust_release(struct mill *m)
{
	if (refcount_dec_and_test(&m->ref)) {
		mutex_lock(&gate_lock);
		mutex_unlock(&gate_lock);
	}
}

static void maybe_dust_closes(struct mill *m)
{
	maybe_dust_release(m);
}

void maybe_dust_held(struct mill *m)
{
	mutex_lock(&m->dust);
	maybe_dust_closes(m);
	mutex_unlock(&m->dust);
}

void maybe_gate_on_dust(int n)
{
	struct mill *m = mill_of(n);

	mutex_lock(&gate_lock);
	mutex_lock(&m->dust);
	mutex_unlock(&m->dust);
	mutex_unlock(&gate_lock);
}
