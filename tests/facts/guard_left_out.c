#ifndef GOOD_H
#define GOOD_H
#include <linux/a.h>
#define KEPT 1
int good(void);
#endif /* GOOD_H */
