/* SPDX-License-Identifier: GPL-2.0-or-later */
#define VALVE_MODE 2
