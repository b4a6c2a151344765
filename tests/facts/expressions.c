/* Operators, precedence, literals. */
int good(struct s *p, int a, int b)
{
	a = b = 1;
	a += b << 2 | p->x & ~3;
	a = b ? p->y : -b;
	a = p->f(p, &p->g.h[a + 1], *p->q++);
	a = ((struct s){ .x = 1 }).x;
	a = ({ int t = b; t + 1; });
	b = a == 1 && b != 2 || !p;
	a = b, b = a;
	pr_info("a" "b" FMT "%" PRIu64 "\n", 'x', L"w", 0x1fULL, 1e-3);
	p->ops->run(p)->next(1)(2);
	goto *table[a];
	x = &&here;
here:
	return __builtin_offsetof(struct s, x.y) + offsetof(struct s, z);
}
int chosen = _Generic(x, int: f(1), default: g(2));
