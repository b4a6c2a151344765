/* Types, records, enums, typedefs. */
typedef unsigned long int ulong_t;
typedef int (*callback_t)(struct foo *, void *data);
typedef u32 (hash_fn)(const void *, int);
typedef struct { int a; } anon_t, *anon_p;
struct good {
	struct list_head node;
	union {
		int a;
		struct { long b; };
	};
	struct inner { int x; } in[3], *inp;
	unsigned int bit:1, :2, wide:4;
	int (*op)(struct good *g, ...);
	void (*table[4])(void);
	const u8 (*rows)[4];
	DECLARE_BITMAP(map, 32);
	DECLARE_FLEX_ARRAY(struct entry, entries);
	struct_group(grouped,
		int g1;
		int g2;
	);
	TAILQ_ENTRY(good) link;
	char name[];
};
enum color { RED, GREEN = 1 << 2, BLUE = MAX(1, 2), };
enum { ONE = 1, TWO };
static long long int unsigned big;
signed char sc;
unsigned u;
__int128 wide;
struct forward;
extern struct good *table[2][3];
char *(*good_fn(int a))(int b);
