/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tags.h - the tags of a repository, newest version first.
 *
 * Listed once for each handle. Which tag has certain files is asked for each
 * mail of a mailbox, and of hundreds of tags: what their trees hold is
 * remembered in short (a hash of the name and the id, for so many entries),
 * and what seems to fit is looked at in the tree itself.
 */
#ifndef OST_GIT_TAGS_H
#define OST_GIT_TAGS_H

#include "git/repo.h"

/* Tags that are looked at; further ones are older. */
#define OST_TAGS_MAX 2000

struct ost_tag_file {
	const char *path;
	const char *blob;	/* its id, or the first digits of it */
};

/*
 * The newest tag whose tree has all the files; *ret_tag NULL: none has. A tag
 * that leads to no commit and a tree that cannot be read are passed over. The
 * name lives as long as the handle.
 */
OST_WARN_UNUSED
struct ost_err *ost_tag_with_files(const char **ret_tag, char ret_commit[OST_HEX_SIZE], struct ost_repo *repo,
				   const struct ost_tag_file *files, size_t nr);

/* All tags and what they point at, as one number. */
OST_WARN_UNUSED
struct ost_err *ost_tags_hash(uint64_t *ret_hash, struct ost_repo *repo);

#endif
