int helper_0(void)
{
	return 0;
}

int helper_1(void)
{
	return 1;
}

int helper_2(void)
{
	return 2;
}

int helper_3(void)
{
	return 3;
}

int helper_4(void)
{
	return 4;
}

int helper_5(void)
{
	return 5;
}

int helper_6(void)
{
	return 6;
}

int helper_7(void)
{
	return 7;
}

