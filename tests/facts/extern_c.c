/* extern "C" and stray closing brackets. */
#ifdef __cplusplus
extern "C" {
#endif
int good_before(void);
extern "C" {
int good_inside(void) { return 1; }
}
#ifdef __cplusplus
}
#endif
asm(".globl x");
_Static_assert(sizeof(int) == 4, "int");
