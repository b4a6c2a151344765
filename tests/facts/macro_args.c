/* Statements, types, operators, nothing at all as macro arguments. */
int bad_or_good(int a)
{
	TRY(a, return -1);
	TRY(a, { one(); two(); });
	wait_event_cmd(q, a > 1, spin_unlock(&l), spin_lock(&l));
	size_of(struct foo, bar);
	size_of(foo_t *, bar);
	compare(a, <=, 3);
	none(, a,);
	declare(unsigned long flags);
	each(a, if (a) goto out; else break);
	ARRAY({ 1, 2 });
	x = READ_ONCE(a) ? MIN_T(int, a, 2) : 0;
	asm_volatile_goto("1: nop" : : "r" (a) : : out);
out:
	return 0;
}
