/* Annotations that the recogniser has never seen, in every place. */
static int __init __foo good_a(void __user *p, u8 __iomem *__restrict q, int x __frobbed)
{
	type_t __bar *w = p, __iomem *v;
	u32 __baz a[4] __quux = { 0 };

	return a[0];
}
FOO_API struct thing *good_b(void) __must_hold(&lock) __acquires(other);
__printf(1, 2) void good_c(const char *fmt, ...);
static noinline __attribute__((noreturn)) void good_d(void)
{
	BUG();
}
struct __packed good_e {
	int a __aligned(8);
	__le64 rbase __packed __aligned(4);
	int weak, __format;
} __attribute__((aligned(4)));
int (*good_f)(void) __read_mostly = NULL;
void __weak __must_check *good_g(void) { return NULL; }
char __bootdata(good_h)[80];
SEC("socket")
__description("x")
__success __success_other __retval(0)
__naked int good_i(void)
{
	return 0;
}
NORETURN __attribute__((format(printf, 1, 2)))
void good_k(const char *fmt, ...)
{
}
FRESH_T __attribute__((unused)) good_l(void)
{
}
