/* TODO a macro that opens a block which another one closes: BEGIN hides its { , so
 * the statements after END are read as the loop's body is not. */
int bad_hidden_braces(int a)
{
	FOREACH_BEGIN(a)
		one(a);
	FOREACH_END
	two(a);
	return 0;
}
