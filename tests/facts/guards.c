/* guard(x)(y); is a CALL whose callee is a CALL; scoped_guard() takes a body. */
int good_guards(struct dev *d)
{
	guard(mutex)(&d->lock);
	struct foo *f __free(kfree) = kmalloc(8);
	struct bar *b __attribute__((cleanup(put_bar), unused)) = get_bar();

	scoped_guard(spinlock_irqsave, &d->slock)
		d->n++;
	scoped_guard(rcu) {
		touch(d);
	}
	scoped_cond_guard(mutex_intr, return -EINTR, &d->lock) {
		work(d);
	}
	return 0;
}
DEFINE_GUARD(wiphy, struct wiphy *, mutex_lock(&_T->mtx), mutex_unlock(&_T->mtx))
DEFINE_LOCK_GUARD_1(spinlock, spinlock_t, spin_lock(_T->lock), spin_unlock(_T->lock), unsigned long flags)
DEFINE_FREE(kfree, void *, if (!IS_ERR_OR_NULL(_T)) kfree(_T))
