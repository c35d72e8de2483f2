/* aws_config.c -- fuzz: ~/.aws/config and credentials; an error says nothing of what
 * stands there, and line ends and comments change nothing.
 * SPDX-License-Identifier: MIT
 *
 * A first line `credentials` says which of the two it is. */
#include "sink/aws_config.h"

#include "base/ascii.h"
#include "fuzz.h"
#include "sink/endpoint.h"

/* As the program asks. */
static const char *const profiles[] = { "default", "a", "b c" };
static const char *const keys[] = {
	"aws_access_key_id", "aws_secret_access_key", "aws_session_token",
	"role_arn", "source_profile", "credential_source",
	"credential_process", "region", "services", "endpoint_url",
	"ca_bundle", "sso_session", "web_identity_token_file",
};

/* The line's number, and one of these. */
static void
harmless(const char *text)
{
	static const char *const known[] = {
		": a section without its ]",
		": something behind the ] of a section",
		": neither [section] nor key = value",
		": a key before the first [section]",
		": an indented line without a key above it",
	};
	bool good = false;

	HOLDS(is_digit(text[0]));
	while (is_digit(*text))
		text++;
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		good = good || strcmp(text, known[i]) == 0;
	HOLDS(good);
}

static bool
alike(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void
same(const struct aws_config *a, const struct aws_config *b)
{
	for (size_t p = 0; p < sizeof profiles / sizeof profiles[0]; p++) {
		HOLDS(aws_config_has(a, profiles[p]) ==
		    aws_config_has(b, profiles[p]));
		for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++)
			HOLDS(alike(aws_config_get(a, profiles[p], keys[k]),
			    aws_config_get(b, profiles[p], keys[k])));
		HOLDS(alike(aws_config_service(a, profiles[p], "sns",
		    "endpoint_url"), aws_config_service(b, profiles[p], "sns",
		    "endpoint_url")));
	}
}

static void
dress(struct buf *out, struct slice text)
{
	while (text.len > 0) {
		bool ended = memchr(text.data, '\n', text.len) != NULL;

		buf_text(out, "# no [line] = of this\r\n");
		buf_add_slice(out, fuzz_line(&text));
		buf_text(out, ended ? "\r\n" : "");
	}
}

/* What such a configuration says of where SNS is: fine or told. */
static void
ask_endpoint(const struct aws_config *config)
{
	struct endpoint endpoint = { .url = NULL };
	struct error err = { .text = "" };

	if (endpoint_find(&endpoint, config, "sns", "aws", "eu-west-1",
	    &err) == 0) {
		HOLDS(strncmp(endpoint.url, "http", 4) == 0);
		HOLDS(endpoint.path[0] == '/');
		for (const char *c = endpoint.url; *c != '\0'; c++)
			HOLDS(*c > ' ' && *c <= '~');
		for (const char *c = endpoint.host; *c != '\0'; c++)
			HOLDS(*c > ' ' && *c <= '~' && *c != '@');
	} else {
		HOLDS(err.text[0] != '\0');
	}
	endpoint_free(&endpoint);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = { (const char *)data, size };
	enum aws_file file = fuzz_word(&text, "credentials\n") ?
	    AWS_FILE_CREDENTIALS : AWS_FILE_CONFIG;
	struct aws_config *config = aws_config_new(), *other = aws_config_new();
	struct buf dressed;
	struct error err;
	int status = aws_config_read(config, file, text, &err);

	if (status == -1)
		harmless(err.text);
	buf_init(&dressed, BUF_NO_LIMIT);
	dress(&dressed, text);
	HOLDS(slice_starts(text, "\xef\xbb\xbf") || aws_config_read(other,
	    file, buf_slice(&dressed), &err) == status);
	if (status == 0 && !slice_starts(text, "\xef\xbb\xbf"))
		same(config, other);
	if (status == 0)
		ask_endpoint(config);
	/* what is added at the end is found there */
	if (status == 0) {
		HOLDS(aws_config_read(config, file, slice_from(
		    file == AWS_FILE_CONFIG ?
		    "[profile \"z z\"]\nregion = eu # it is" :
		    "[ z z ]\nRegion=eu"), &err) == 0);
		HOLDS(strcmp(aws_config_get(config, "z z", "region"), "eu") ==
		    0);
	}
	buf_free(&dressed);
	aws_config_free(other);
	aws_config_free(config);
	return 0;
}
