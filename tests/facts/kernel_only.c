/* What is compiled outside of the kernel is not read, and what is in it is under no condition. */
#ifndef __KERNEL__
#define pr_err(format, ...) fprintf(stderr, format, ##__VA_ARGS__)
int bad_outside(void);
#else
int good_inside(void);
#endif
#if !defined(__KERNEL__) && defined(__linux__)
int bad_on_linux(void);
#endif
#ifdef __KERNEL__
int good_known(int n)
{
#if defined __KERNEL__
	return n;
#elif defined(OTHER)
	return bad_else(n);
#endif
}
#endif
#if defined(__KERNEL__) || defined(__linux__)
int good_either(void);
#endif
#if !defined(__KERNEL__) && defined(CONFIG_KILN) || defined(CONFIG_OVEN)
int good_in_an_oven(void);
#endif
#if defined(__KERNEL__) && defined(CONFIG_KILN)
int good_with_config(void);
#endif
