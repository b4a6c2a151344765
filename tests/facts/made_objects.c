/* Objects that macros declare. */
static DEFINE_MUTEX(good_lock);
static DEFINE_PER_CPU(struct state, good_state) = { .n = 1 };
DEFINE_PER_CPU(int, good_count);
MODULE_DEVICE_TABLE(of, ids);
module_init(good_init);
EXPORT_SYMBOL_GPL(good_lock)
MACHINE_START(GOOD, "Good board")
	.map_io = good_map_io,
	.init_machine = good_init,
MACHINE_END
define_machine(good) {
	.name = "good",
	.probe = good_probe,
};
static LIST_HEAD(good_list);
int f(void)
{
	static DEFINE_SPINLOCK(inner);
	static int counter = 3;
	DECLARE_BITMAP(map, 64);

	return counter;
}
TRACE_EVENT(good_event,
	TP_PROTO(struct foo *f, int x),
	TP_ARGS(f, x),
	TP_STRUCT__entry(
		__field(int, x)
		__string(name, f->name)
	),
	TP_fast_assign(
		__entry->x = x;
		__assign_str(name);
	),
	TP_printk("%d", __entry->x)
);
FIXTURE(mdwe)
{
	void *p;
	u64 size;
};
