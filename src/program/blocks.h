/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * blocks.h - the large parts of the kept index, read a block at a time.
 *
 * A question needs a few hundred of five million call sites and a few of the
 * texts that macros make. When a program is opened from the kept index these
 * stay in the store, in blocks; a block is read, checked and kept in memory when
 * something in it is first asked for. Of a program that was linked here all of
 * it lies in p->sites and p->virt_bytes, and the same functions look there.
 *
 *	sites	by unit: what it calls and whose address it takes
 *	uses	the same by what is called: all sites of one key
 *	texts	by virtual file: its text (expand.c)
 *
 * A block that the store has lost since the program was opened, or whose ids
 * cannot be true, has the tree linked once more, beside this program: the same
 * files have the same ids.
 */
#ifndef OST_PROGRAM_BLOCKS_H
#define OST_PROGRAM_BLOCKS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"

struct ost_buf;
struct ost_program;
struct ost_site;

enum ost_block_set { OST_BLOCKS_SITES, OST_BLOCKS_USES, OST_BLOCKS_TEXTS, OST_NR_BLOCK_SETS };

struct ost_blocks {
	OST_VEC(uint32_t) first;	/* by block: its first unit, key, virtual file; part of the kept index */
	uint32_t first_chunk;		/* of its blocks in the store; they follow each other */
	_Atomic(void *) *loaded;	/* by block; NULL: not read yet */
};

/* What follows from the kept index, while it lasts; all zero in a program that was linked here. */
struct ost_kept_blocks {
	struct ost_blocks sets[OST_NR_BLOCK_SETS];
	uint32_t nr_sites;
	pthread_mutex_t lock;		/* of anew */
	struct ost_program *anew;	/* linked because a block could not be read */
	bool is_open;
};

/* A call site under what it calls. */
struct ost_site_use {
	uint32_t key, unit, line;
};
struct ost_site_uses { OST_VEC(struct ost_site_use) v; };

/* The sites of a unit, in the order of its text. */
uint32_t ost_sites_of(const struct ost_program *p, uint32_t unit, const struct ost_site **ret_sites);
/* Appends all sites of that key, by unit and line as they stand there. */
void ost_site_uses_of(const struct ost_program *p, uint32_t key, struct ost_site_uses *uses);
/* The text of a virtual file (id - nr_real), as ost_virtual_text() reads it. */
const char *ost_virtual_form(const struct ost_program *p, uint32_t virt);

/* Of a program that was linked here: all sites by key, made when first asked for. */
const struct ost_site_use *ost_linked_uses(const struct ost_program *p);

#define OST_BLOCK_ROWS 16384u	/* sites in a block; more where one unit has more */

/*
 * index.c: puts the blocks of a linked program into the store, numbered from *chunk on, and sets
 * `first` and `first_chunk`. False: interrupted, and then the index is not to be kept.
 */
bool ost_blocks_save(struct ost_program *p, uint32_t *chunk);
/* After `first`, `first_chunk` and the counts of the program were restored. False: they make no sense. */
bool ost_blocks_open(struct ost_program *p);
/* Ends what was opened or saved; nothing when that was not. */
void ost_blocks_close(struct ost_program *p);
/* One block in the store; index.c drops the whole index with chunk 0. */
bool ost_program_block_get(const struct ost_program *p, enum ost_block_set set, uint32_t block, struct ost_buf *buf);
void ost_program_block_put(const struct ost_program *p, enum ost_block_set set, uint32_t block, const void *data,
			   size_t len);
void ost_program_part_drop(const struct ost_program *p, uint32_t chunk);
/* The number after the last chunk of a set with that many blocks. */
static inline uint64_t ost_blocks_end(const struct ost_blocks *b)
{
	return (uint64_t)b->first_chunk + b->first.nr;
}

#endif
