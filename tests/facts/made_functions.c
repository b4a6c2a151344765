/* Functions that macros make. */
SYSCALL_DEFINE3(read, unsigned int, fd, char __user *, buf, size_t, count)
{
	return ksys_read(fd, buf, count);
}
COMPAT_SYSCALL_DEFINE1(time, old_time32_t __user *, tloc)
{
	return 0;
}
BPF_CALL_2(bpf_foo, struct sk_buff *, skb, u64, flags)
{
	return -EINVAL;
}
int BPF_PROG(on_event, struct ctx *hctx, int n)
{
	return 0;
}
static DEFINE_THING(made)
{
	work();
}
static int FNAME(walk)(struct guest *g, u64 addr)
{
	return FNAME(step)(g, addr);
}
