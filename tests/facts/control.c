/* Every kind of statement. */
int good(int a)
{
	for (;;)
		break;
	for (int i = 0, j = 1; i < j; i++, j--)
		continue;
	while (a--)
		;
	do
		a++;
	while (a < 3);
	switch (a) {
	case 1:
	case 2 ... 5:
		a = 1;
		fallthrough;
	default:
		goto out;
	}
	if (a)
		MACRO_WITHOUT_SEMICOLON(a)
	else if (a == 2) {
		return 2;
	} else
		return 3;
	asm volatile("mov %1, %0" : "=r" (a) : "r" (a + 1) : "memory");
	asm goto("jmp %l0" : : "i" (a) : : out);
out:
	return a;
last:
}
