/* What cannot be read is said, and the next function is read all the same. */
int bad_middle(int a)
{
	one(a);
	a = = 3 @ 4;
	two(a);
	return 0;
}
? ? ?;
int good_after(void)
{
	return 1;
}
int bad_open(int a)
{
	if (a {
		three();
	}
	return 0;
}
int good_last(void)
{
	return 2;
}
