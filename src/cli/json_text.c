// SPDX-License-Identifier: GPL-2.0-or-later
#include "json_text.h"

#include <stdlib.h>
#include <string.h>

json_t *ost_json_text(const char *s)
{
	json_t *j = json_string(s);
	size_t i, len = strlen(s);
	char *copy;

	if (j)
		return j;
	copy = strdup(s);
	for (i = 0; copy && i < len; i++)
		if ((unsigned char)copy[i] >= 0x80)
			copy[i] = '?';
	j = json_string(copy ? copy : "");
	free(copy);
	return j;
}
