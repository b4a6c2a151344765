/* Arms that split a statement: one arm alone is read, and counted as split. */
#ifdef CONFIG_A
static int good_head(int a)
#else
static int good_head(int a, int b)
#endif
{
#ifdef CONFIG_B
	if (a) {
#else
	if (b) {
#endif
		one();
	}
#ifdef CONFIG_C
	if (cheap(a))
		two();
	else
#endif
		three();
	call(a,
#ifdef CONFIG_D
	     1,
#else
	     2,
#endif
	     3);
	return a
#ifdef CONFIG_E
		+ 1
#endif
		;
}
int good_ternary(int a)
{
	return f(a) ?:
#ifdef CONFIG_F
		g(a) ?:
#endif
		h(a);
}
