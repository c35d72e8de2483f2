/* sign.c -- SHA-256 as FIPS says, signatures as botocore makes them.
 * SPDX-License-Identifier: MIT */
#include "sink/sign.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/mem.h"
#include "base/time.h"
#include "sink/sha256.h"

static void
expect(const unsigned char *digest, const char *hexadecimal)
{
	struct buf out;

	buf_init(&out, BUF_NO_LIMIT);
	sha256_print(&out, digest, SHA256_SIZE);
	buf_byte(&out, '\0');
	assert_string_equal(out.data, hexadecimal);
	buf_free(&out);
}

static void
hashes_to(struct slice bytes, const char *hexadecimal)
{
	unsigned char digest[SHA256_SIZE];

	sha256(digest, bytes);
	expect(digest, hexadecimal);
}

/* csrc.nist.gov, SHA256.pdf and the long message of FIPS 180-2 */
static void
the_vectors_of_fips_180(void **state)
{
	char *million = mem_alloc(1000000);

	(void)state;
	hashes_to(slice_from(""), "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855");
	hashes_to(slice_from("abc"), "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad");
	hashes_to(slice_from("abcdbcdecdefdefgefghfghighijhijk"
	    "ijkljklmklmnlmnomnopnopq"), "248d6a61d20638b8e5c026930c3e6039"
	    "a33ce45964ff2167f6ecedd419db06c1");
	memset(million, 'a', 1000000);
	hashes_to((struct slice){ million, 1000000 },
	    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	free(million);
}

/* Around the place where the padding needs a block of its own (python's
 * hashlib). */
static void
every_length_around_a_block(void **state)
{
	static const struct {
		size_t len;
		const char *digest;
	} cases[] = {
		{ 55, "9f4390f8d30c2dd92ec9f095b65e2b9a"
		    "e9b0a925a5258e241c9f1e910f734318" },
		{ 56, "b35439a4ac6f0948b6d6f9e3c6af0f5f"
		    "590ce20f1bde7090ef7970686ec6738a" },
		{ 63, "7d3e74a05d7db15bce4ad9ec0658ea98"
		    "e3f06eeecf16b4c6fff2da457ddc2f34" },
		{ 64, "ffe054fe7ae0cb6dc65c3af9b61d5209"
		    "f439851db43d0ba5997337df154668eb" },
		{ 65, "635361c48bb9eab14198e76ea8ab7f1a"
		    "41685d6ad62aa9146d301d4f17eb0ae0" },
	};
	char a[65];

	(void)state;
	memset(a, 'a', sizeof a);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		hashes_to((struct slice){ a, cases[i].len }, cases[i].digest);
}

/* RFC 4231, cases 1, 2 and 6 */
static void
the_vectors_of_hmac(void **state)
{
	unsigned char digest[SHA256_SIZE];
	char key[131];

	(void)state;
	memset(key, 0x0b, 20);
	sha256_hmac(digest, (struct slice){ key, 20 }, slice_from("Hi There"));
	expect(digest, "b0344c61d8db38535ca8afceaf0bf12b"
	    "881dc200c9833da726e9376c2e32cff7");
	sha256_hmac(digest, slice_from("Jefe"),
	    slice_from("what do ya want for nothing?"));
	expect(digest, "5bdcc146bf60754e6a042426089575c7"
	    "5a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof key);
	sha256_hmac(digest, (struct slice){ key, sizeof key }, slice_from(
	    "Test Using Larger Than Block-Size Key - Hash Key First"));
	expect(digest, "60e431591ee0b67f0d8a26aacbf5b77f"
	    "8e0bc6213728c5140546040f0ee37f54");
}

static void
signs_as(const char *token, const char *authorization)
{
	struct sign_request request = {
		.host = "sns.ap-northeast-1.amazonaws.com",
		.path = "/",
		.region = "ap-northeast-1",
		.service = "sns",
		.body = slice_from("Action=Publish&Message=a+b%2A"),
		.key_id = "AKIDEXAMPLE0000000",
		.secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
		.token = token,
	};
	struct buf date, got;

	buf_init(&date, BUF_NO_LIMIT);
	buf_init(&got, BUF_NO_LIMIT);
	assert_int_not_equal(0, time_read_rfc3339(
	    slice_from("2026-11-23T18:03:59.900Z"), &request.time_ms));
	sign(&request, &date, &got);
	assert_true(slice_is(buf_slice(&date), "20261123T180359Z"));
	buf_byte(&got, '\0');
	assert_string_equal(got.data, authorization);
	buf_free(&got);
	buf_free(&date);
}

/* botocore 1.29.27 */
static void
a_signature_is_botocores(void **state)
{
	(void)state;
	signs_as(NULL, "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE0000000/"
	    "20261123/ap-northeast-1/sns/aws4_request, "
	    "SignedHeaders=content-type;host;x-amz-date, Signature="
	    "4437d1a124034596a43cd1b08f78e1bdebceaffd8c4daaf9f28d49f513f6baf3");
}

static void
a_session_token_is_signed_too(void **state)
{
	(void)state;
	signs_as("IQoJb3JpZ2luX2VjEXAMPLE//token==",
	    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE0000000/"
	    "20261123/ap-northeast-1/sns/aws4_request, SignedHeaders="
	    "content-type;host;x-amz-date;x-amz-security-token, Signature="
	    "479cda57476bf69e9f320801093cc0ca598f99ff72d550c4e1774b95aaa9d97e");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vectors_of_fips_180),
		cmocka_unit_test(every_length_around_a_block),
		cmocka_unit_test(the_vectors_of_hmac),
		cmocka_unit_test(a_signature_is_botocores),
		cmocka_unit_test(a_session_token_is_signed_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
