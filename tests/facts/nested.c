/* Things inside of functions: functions, types, labels, statement expressions. */
int good(int n)
{
	__label__ again;
	struct local { int a; } s = { .a = 1 };
	enum { LOCAL_ONE } e = LOCAL_ONE;
	auto int helper(int x);
	int helper(int x)
	{
		return x + n;
	}

again:
	if (({ int r = helper(n); r; }))
		goto again;
	return s.a;
}
