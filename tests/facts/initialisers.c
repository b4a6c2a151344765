/* Initialisers, field by field. */
static const struct ops good_ops = {
	.open = my_open,
	.inner.deep = { 1, [2] = 3 },
	.arr[0] = x, .arr[1 ... 3] = y,
	old: style,
	.nested = (struct n){ .a = 1 },
	.fn = (void *)cast_fn,
	MACRO_FIELDS(a, b)
	.last = "x" "y",
};
static int good_list[] = { 1, 2, [5] = 6, };
static struct id ids[] = {
	{ PCI_DEVICE(1, 2), .driver_data = (long)&info },
	MACRO_ID(3)
	MACRO_ID(4)
	{ }
};
int a = 1, *b = &a, c[2] = { 0 };
