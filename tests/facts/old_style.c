/* Old-style definitions and functions without a type. */
int good_old(a, b, p)
	int a, b;
	char *p;
{
	return a + b;
}
static good_implicit(int x)
{
	return x;
}
