/* Declaration or expression, told by shape without knowing typedefs. */
int good(void)
{
	foo_t *a;
	foo_t **b = NULL, *const c = x, d[4];
	foo_t e, *f;
	const foo_t *g;
	foo_t const *h;
	foo_t (*fn)(int) = NULL;
	u8 (*row)[4];
	ELF(Ehdr) *ehdr = x;
	struct { int x, y; } local = { 1, 2 };
	struct tagged { struct tagged *next; } *head;
	__auto_type i = a;
	typeof(*a) j = *a;
	int k = 1, l[2] = { [0 ... 1] = 3 }, (*m)(void);
	extern int elsewhere;
	int proto(int, char *);

	a * b;
	f(a);
	(*fn)(1);
	a = (foo_t)b;
	a = (foo_t *)b;
	a = (other)(c);
	a = (other)c;
	k = (k) - 1;
	k = (u32)-1;
	weak = 3;
	return sizeof(foo_t) + sizeof k + sizeof(struct tagged);
}
