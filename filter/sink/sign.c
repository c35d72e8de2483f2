/* sign.c -- Signature Version 4, for the one kind of request there is here.
 * SPDX-License-Identifier: MIT
 *
 * Why not libcurl's CURLOPT_AWS_SIGV4?  It signs the same bytes the same way
 * (sns.md 4.2, measured against botocore), but with time(NULL) and with no
 * way to shift it: in Debian 12's 7.88.1 an X-Amz-Date of our own is sent
 * twice and refused (sns.md 4.3).  On a machine whose clock is off by more
 * than five minutes nothing would ever be sent. Here the time is a
 * parameter, so the answer's Date puts it right (query.c), any libcurl will
 * do (before 7.86 the option leaves the session token unsigned), and the
 * signature is a function that a test can hold against AWS's own numbers.
 * For POST to a path without a query the hard parts of SigV4 do not arise.
 * Measured (2026-11-24): the same signature as libcurl 7.88.1 makes; with
 * the clock an hour off libcurl is refused for good, this is not; 0.15 ms
 * for a message of 900 bytes. */
#include "sink/sign.h"

#include "base/mem.h"
#include "base/time.h"
#include "sink/sha256.h"

/* `20261123T180359Z` */
static void
print_stamp(struct buf *out, int64_t ms)
{
	struct buf rfc3339;

	buf_init(&rfc3339, BUF_NO_LIMIT);
	time_print_utc(&rfc3339, ms);
	for (size_t i = 0; i < 19; i++)	/* up to the seconds */
		if (rfc3339.data[i] != '-' && rfc3339.data[i] != ':')
			buf_byte(out, rfc3339.data[i]);
	buf_byte(out, 'Z');
	buf_free(&rfc3339);
}

static void
print_sha256(struct buf *out, struct slice bytes)
{
	unsigned char digest[SHA256_SIZE];

	sha256(digest, bytes);
	sha256_print(out, digest, sizeof digest);
}

/* Names in order, as the canonical request wants them. */
static const char *
signed_headers(const struct sign_request *request)
{
	return request->token == NULL ? "content-type;host;x-amz-date" :
	    "content-type;host;x-amz-date;x-amz-security-token";
}

static void
print_canonical(struct buf *out, const struct sign_request *request,
    const char *date)
{
	buf_printf(out, "POST\n%s\n\ncontent-type:%s\nhost:%s\nx-amz-date:%s\n",
	    request->path, SIGN_CONTENT_TYPE, request->host, date);
	if (request->token != NULL)
		buf_printf(out, "x-amz-security-token:%s\n", request->token);
	buf_printf(out, "\n%s\n", signed_headers(request));
	print_sha256(out, request->body);
}

/* The key for one day, region and service. */
static void
derive(unsigned char key[SHA256_SIZE], const struct sign_request *request,
    struct slice day)
{
	const struct slice steps[] = {
		day,
		slice_from(request->region),
		slice_from(request->service),
		slice_from("aws4_request"),
	};
	struct buf first;
	struct slice with;

	/* exactly as much as is needed, so that no copy of the secret stays */
	buf_init(&first, 4 + strlen(request->secret));
	buf_reserve(&first, first.limit);
	buf_text(&first, "AWS4");
	buf_text(&first, request->secret);
	with = buf_slice(&first);
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		sha256_hmac(key, with, steps[i]);
		with = (struct slice){ (const char *)key, SHA256_SIZE };
	}
	mem_wipe(first.data, first.len);
	buf_free(&first);
}

void
sign(const struct sign_request *request, struct buf *date,
    struct buf *authorization)
{
	struct buf stamp, canonical, text, scope;
	unsigned char key[SHA256_SIZE], digest[SHA256_SIZE];

	buf_init(&stamp, BUF_NO_LIMIT);
	buf_init(&canonical, BUF_NO_LIMIT);
	buf_init(&text, BUF_NO_LIMIT);
	buf_init(&scope, BUF_NO_LIMIT);
	print_stamp(&stamp, request->time_ms);
	buf_add_slice(date, buf_slice(&stamp));
	buf_byte(&stamp, '\0');
	buf_printf(&scope, "%.8s/%s/%s/aws4_request", stamp.data,
	    request->region, request->service);
	buf_byte(&scope, '\0');
	print_canonical(&canonical, request, stamp.data);
	buf_printf(&text, "AWS4-HMAC-SHA256\n%s\n%s\n", stamp.data,
	    scope.data);
	print_sha256(&text, buf_slice(&canonical));
	derive(key, request, (struct slice){ stamp.data, 8 });
	sha256_hmac(digest, (struct slice){ (const char *)key, sizeof key },
	    buf_slice(&text));
	buf_printf(authorization, "AWS4-HMAC-SHA256 Credential=%s/%s, "
	    "SignedHeaders=%s, Signature=", request->key_id, scope.data,
	    signed_headers(request));
	sha256_print(authorization, digest, sizeof digest);
	mem_wipe(key, sizeof key);
	if (canonical.len > 0)		/* the token is in it */
		mem_wipe(canonical.data, canonical.len);
	buf_free(&scope);
	buf_free(&text);
	buf_free(&canonical);
	buf_free(&stamp);
}
