/* TODO a macro that opens a block which another one closes (FOREACH_BEGIN hides its {):
 * only the first statement between the two is read as the body. */
int bad_hidden_braces(int a)
{
	FOREACH_BEGIN(a)
		one(a);
	FOREACH_END
	two(a);
	return 0;
}
