/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "levers_how.h"
