// SPDX-License-Identifier: GPL-2.0-or-later
/* Calls the handler once, for a test, as the kernel may. */
#include <linux/kernel.h>

int request_irq(unsigned irq, irq_handler_t handler, unsigned long flags, const char *name, void *data)
{
	local_irq_disable();
	handler(irq, data);
	local_irq_enable();
	return 0;
}

int this_cpu;

/* here at once, elsewhere some time */
int smp_call_function_single(int cpu, void (*func)(void *info), void *info, int wait)
{
	if (cpu == this_cpu) {
		func(info);
		return 0;
	}
	return ipi_queue(cpu, func, info);
}
