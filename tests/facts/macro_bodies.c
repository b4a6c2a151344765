/* Bodies of macros: expressions, statements, paste, stringify, X-macros. */
#define NUMBER 0x10
#define NEGATIVE (-1)
#define STRING "abc"
#define EMPTY
#define ALIAS other_name
#define to_foo(p) container_of(p, struct foo, bar)
#define lock_it(x, ...)				\
	do {					\
		mutex_lock(&(x)->lock);		\
		note(x, ##__VA_ARGS__);		\
	} while (0)
#define two(x) first(x); second(x)
#define with_loop(p, head) for (p = (head)->first; p; p = p->next)
#define val(x) ({ int __v = (x); __v; })
#define show(name)					\
static int name##_show(struct seq_file *m, void *v)	\
{							\
	return print_##name(m, #name);			\
}
#define call_made(name) name##_show(NULL, #name)
#define table(X) X(one, 1) X(two, 2)
#define long_text = { .a = 1
#define part(f) .a = f, .b = 1,
#define whole(f) { .a = f }
#define placed(f) { 1, f }
#define pasted(f) .a = f##_fn
#define block(f) { f(); }
#define dotted .5
table(AS_ENUM)
show(good)
