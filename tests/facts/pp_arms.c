/* Both arms of #if where they are whole statements; conditions are kept. */
#include <linux/a.h>
#ifdef CONFIG_A
#include "b.h"
static int good_twice(void) { return 1; }
#elif defined(CONFIG_B) && !defined(CONFIG_C)
static int good_twice(void) { return 2; }
#else
static int good_twice(void) { return 3; }
#endif
int good_arms(struct s *x)
{
#if IS_ENABLED(CONFIG_PM)
	lock(x);
#else
	trylock(x);
#endif
	if (x)
#ifdef CONFIG_A
		a(x);
#else
		b(x);
#endif
#if 0
	never(x) {
#else
	always(x);
#endif
	return 0;
}
#ifndef __ASSEMBLY__
int good_not_asm;
#else
	.macro not_c a, b
	ldr r0, ='
	.endm
#endif
struct good_fields {
	int a;
#ifdef CONFIG_A
	int b;
#ifndef CONFIG_B
	int c;
#endif
#endif
};
static const struct ops good_ops = {
	.a = fa,
#ifdef CONFIG_PM
	.suspend = fs,
#endif
	.z = fz,
};
#ifdef CONFIG_NET
EXPORT_SYMBOL(good_arms)
#endif
