// SPDX-License-Identifier: GPL-2.0-or-later
#include "ostler/version.h"

#include <jansson.h>
#include <openssl/crypto.h>
#include <string.h>

#include "base/buf.h"
#include "git/run.h"
#include "git/version.h"
#include "mail/version.h"
#include "review/maintainers.h"
#include "store/version.h"

static const char *git_program(void)
{
	static char text[64];
	OST_BUF b = OST_BUF_INIT;
	struct ost_err *err = ost_git_version(&b);

	if (err) {
		ost_err_destroy(err);
		return "not found";
	}
	strncpy(text, b.ptr, sizeof(text) - 1);
	text[strcspn(text, "\n")] = '\0';
	return text;
}

const struct ost_version *ost_versions(void)
{
	static struct ost_version list[10];
	size_t i = 0;

	list[i++] = (struct ost_version){ "ostler", OST_VERSION };
	list[i++] = (struct ost_version){ "libgit2", ost_libgit2_version() };
	list[i++] = (struct ost_version){ "GMime", ost_gmime_version() };
	list[i++] = (struct ost_version){ "Jansson", jansson_version_str() };
	list[i++] = (struct ost_version){ "OpenSSL", OpenSSL_version(OPENSSL_VERSION_STRING) };
	list[i++] = (struct ost_version){ "zstd", ost_zstd_version() };
	list[i++] = (struct ost_version){ "PCRE2", ost_pcre2_version() };
	list[i++] = (struct ost_version){ "git", git_program() };
	list[i] = (struct ost_version){ NULL, NULL };
	return list;
}
