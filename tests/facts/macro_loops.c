/* `ident(args) statement` in a body is a loop or a scope; without braces too. */
void good_loops(struct list_head *head)
{
	struct item *p, *n;
	int nr = 0;

	list_for_each_entry_safe(p, n, head, node) {
		if (p->dead)
			continue;
		kfree(p);
	}
	list_for_each_entry(p, head, node)
		use(p);
	list_for_each_entry(p, head, node)
		++nr;
	list_for_each_entry(p, head, node)
		*p = *n;
	hash_walk(head, p)
		nr++;
	do {
		nr++;
	} while_each_thread(p, n);
}
