/* http.c -- libcurl, told to be careful.
 * SPDX-License-Identifier: MIT */
#include "sink/http.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/mem.h"
#include "base/time.h"

#define CONNECT_MS 10000		/* the SDKs' 60 s would hold a run up */
#define TICK_MS 100			/* between two questions to stop */
#define AFTER_LIMIT_MS (INT64_C(3600) * 1000)	/* no answer holds us longer */

struct http {
	CURLM *multi;			/* holds the connections */
	CURL *easy;
};

/* One transfer. */
struct transfer {
	struct http_answer *answer;
	bool too_long;
	bool far_address;		/* HTTP_LINK_LOCAL: refused one */
	char why[CURL_ERROR_SIZE];
};

const char *
http_library_version(void)
{
	return curl_version_info(CURLVERSION_NOW)->version;
}

struct http *
http_new(void)
{
	struct http *http = mem_zero(1, sizeof *http);

	/* counts its calls; each http has one */
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		free(http);
		return NULL;
	}
	http->multi = curl_multi_init();
	http->easy = curl_easy_init();
	if (http->multi == NULL || http->easy == NULL) {
		http_free(http);
		return NULL;
	}
	return http;
}

void
http_free(struct http *http)
{
	if (http == NULL)
		return;
	curl_easy_cleanup(http->easy);
	curl_multi_cleanup(http->multi);
	curl_global_cleanup();
	free(http);
}

static size_t
take_body(char *bytes, size_t size, size_t count, void *ctx)
{
	struct transfer *transfer = ctx;

	if (!buf_add(&transfer->answer->body, bytes, size * count)) {
		transfer->too_long = true;
		return 0;		/* ends it with CURLE_WRITE_ERROR */
	}
	return size * count;
}

/* The value of `Name: value`, if it is this header. */
static bool
is_header(struct slice line, const char *name, struct slice *value)
{
	size_t len = strlen(name);

	if (line.len <= len || line.data[len] != ':' ||
	    strncasecmp(line.data, name, len) != 0)
		return false;
	*value = slice_trim(slice_chomp(slice_cut(line, len + 1, line.len)));
	return true;
}

static int64_t
read_number(struct slice text)
{
	int64_t value = 0;

	if (text.len == 0)
		return -1;
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return -1;
		if (value < AFTER_LIMIT_MS)
			value = value * 10 + (text.data[i] - '0');
	}
	return value;
}

/* An HTTP date in ms, or TIME_NONE. */
static int64_t
read_date(struct slice text)
{
	char *date = mem_copy(text);
	time_t seconds = curl_getdate(date, NULL);

	free(date);
	return seconds == -1 ? TIME_NONE : (int64_t)seconds * 1000;
}

/* Seconds, or a date (RFC 9110, 10.2.3): of the other side's clock, which it
 * has told before as a rule. */
static void
take_after(struct http_answer *answer, struct slice value)
{
	int64_t ms = read_number(value);

	if (ms >= 0) {
		ms *= 1000;
	} else if ((ms = read_date(value)) != TIME_NONE) {
		ms -= answer->date_ms != TIME_NONE ? answer->date_ms :
		    time_now_ms();
		if (ms < 0)
			ms = 0;
	} else {
		return;
	}
	answer->after_ms = ms < AFTER_LIMIT_MS ? ms : AFTER_LIMIT_MS;
}

static size_t
take_header(char *bytes, size_t size, size_t count, void *ctx)
{
	struct transfer *transfer = ctx;
	struct http_answer *answer = transfer->answer;
	struct slice line = { bytes, size * count };
	struct slice value;

	if (slice_starts(line, "HTTP/")) {	/* what came was a 100 */
		answer->date_ms = TIME_NONE;
		answer->after_ms = -1;
		answer->type[0] = '\0';
	} else if (is_header(line, "date", &value)) {
		answer->date_ms = read_date(value);
	} else if (is_header(line, "retry-after", &value)) {
		take_after(answer, value);
	} else if (is_header(line, "x-amz-retry-after", &value)) {
		int64_t ms = read_number(value);	/* sns.md 3.5 */

		if (ms >= 0)
			answer->after_ms = ms;
	} else if (is_header(line, "content-type", &value)) {
		snprintf(answer->type, sizeof answer->type, "%.*s",
		    (int)(value.len < 60 ? value.len : 60), value.data);
	}
	return size * count;
}

/* Loopback, 169.254.170.2 (ECS), 169.254.170.23 and fd00:ec2::23 (EKS). */
static bool
is_near(const struct sockaddr *address)
{
	static const unsigned char eks[16] = { 0xfd, 0x00, 0x0e, 0xc2,
	    [15] = 0x23 };

	if (address->sa_family == AF_INET) {
		struct sockaddr_in in;
		uint32_t a;

		memcpy(&in, address, sizeof in);
		a = ntohl(in.sin_addr.s_addr);
		return a >> 24 == 127 || a == 0xa9feaa02 || a == 0xa9feaa17;
	}
	if (address->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, address, sizeof in6);
		return IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr) ||
		    memcmp(&in6.sin6_addr, eks, sizeof eks) == 0;
	}
	return false;
}

/* A name can resolve to anything: what is asked is the address. */
static curl_socket_t
open_near(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct transfer *transfer = ctx;
	int fd;

	(void)purpose;
	if (!is_near(&address->addr)) {
		transfer->far_address = true;
		return CURL_SOCKET_BAD;
	}
	fd = socket(address->family, address->socktype | SOCK_CLOEXEC,
	    address->protocol);
	return fd == -1 ? CURL_SOCKET_BAD : fd;
}

static struct curl_slist *
make_headers(const struct http_request *request)
{
	struct curl_slist *list = NULL;

	for (size_t i = 0; i < HTTP_HEADERS; i++) {
		struct curl_slist *more;

		if (request->headers[i] == NULL)
			break;
		more = curl_slist_append(list, request->headers[i]);
		if (more == NULL)
			diag_out_of_memory();
		list = more;
	}
	return list;
}

/* No option can fail with these values but for want of memory, and then it must
 * not be as if it had never been set; or where a libcurl was built without it:
 * then the transfer itself will say so. */
#define SET(easy, option, value) \
	do { \
		if (curl_easy_setopt(easy, option, value) == \
		    CURLE_OUT_OF_MEMORY) \
			diag_out_of_memory(); \
	} while (0)

static void
set_options(CURL *easy, const struct http_request *request,
    struct transfer *transfer, struct curl_slist *headers)
{
	long timeout = (long)(request->timeout_ms < 1 ? 1 :
	    request->timeout_ms);

	curl_easy_reset(easy);		/* connections stay */
	SET(easy, CURLOPT_URL, request->url);
#if LIBCURL_VERSION_NUM >= 0x075500
	SET(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
	SET(easy, CURLOPT_PROTOCOLS,
	    (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
	SET(easy, CURLOPT_FOLLOWLOCATION, 0L);
	SET(easy, CURLOPT_NOSIGNAL, 1L);
	SET(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(easy, CURLOPT_ERRORBUFFER, transfer->why);
	SET(easy, CURLOPT_USERAGENT, "cwsift/" CWSIFT_VERSION);
	SET(easy, CURLOPT_WRITEFUNCTION, take_body);
	SET(easy, CURLOPT_WRITEDATA, transfer);
	SET(easy, CURLOPT_HEADERFUNCTION, take_header);
	SET(easy, CURLOPT_HEADERDATA, transfer);
	/* the headers of the answer are the far side's, not its proxy's */
	SET(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	SET(easy, CURLOPT_HTTPHEADER, headers);
	SET(easy, CURLOPT_TIMEOUT_MS, timeout);
	SET(easy, CURLOPT_CONNECTTIMEOUT_MS,
	    timeout < CONNECT_MS ? timeout : (long)CONNECT_MS);
	if (request->ca_file != NULL)
		SET(easy, CURLOPT_CAINFO, request->ca_file);
	if (request->reach != HTTP_ANYWHERE)
		SET(easy, CURLOPT_PROXY, "");
	if (request->reach == HTTP_LINK_LOCAL) {
		SET(easy, CURLOPT_OPENSOCKETFUNCTION, open_near);
		SET(easy, CURLOPT_OPENSOCKETDATA, transfer);
		/* one that is open may lead elsewhere */
		SET(easy, CURLOPT_FRESH_CONNECT, 1L);
		SET(easy, CURLOPT_FORBID_REUSE, 1L);
	}
	if (strcmp(request->method, "POST") == 0) {
		SET(easy, CURLOPT_POST, 1L);
		SET(easy, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)request->body.len);
		SET(easy, CURLOPT_POSTFIELDS,
		    request->body.len == 0 ? "" : request->body.data);
	} else if (strcmp(request->method, "GET") != 0) {
		SET(easy, CURLOPT_CUSTOMREQUEST,
		    request->method);
	}
}

/* Runs the transfer to its end; true: stop said so. */
static bool
run(struct http *http, const struct http_request *request, CURLcode *code)
{
	bool stopped = false;

	*code = CURLE_FAILED_INIT;
	if (curl_multi_add_handle(http->multi, http->easy) != CURLM_OK)
		diag_out_of_memory();
	for (;;) {
		CURLMsg *message;
		int running, left;

		CURLMcode went = curl_multi_perform(http->multi, &running);

		if (went == CURLM_OUT_OF_MEMORY)
			diag_out_of_memory();
		if (went != CURLM_OK)
			break;
		message = curl_multi_info_read(http->multi, &left);
		if (message != NULL && message->msg == CURLMSG_DONE) {
			*code = message->data.result;
			break;
		}
		if (request->stop != NULL && request->stop(request->ctx)) {
			stopped = true;
			break;
		}
		/* a signal ends it early: nothing is lost by that */
		curl_multi_poll(http->multi, NULL, 0, TICK_MS, NULL);
	}
	if (*code == CURLE_OUT_OF_MEMORY)
		diag_out_of_memory();
	curl_multi_remove_handle(http->multi, http->easy);
	return stopped;
}

static enum http_fault
fault_of(CURLcode code, const struct transfer *transfer, long proxy_status)
{
	if (transfer->far_address)
		return HTTP_NOT_ALLOWED;
	if (code == CURLE_PEER_FAILED_VERIFICATION ||
	    code == CURLE_SSL_CACERT_BADFILE || code == CURLE_SSL_ISSUER_ERROR)
		return HTTP_NO_CERTIFICATE;
	/* CURLE_UNSUPPORTED_PROTOCOL is an answer that is no HTTP */
	if (code == CURLE_URL_MALFORMAT || code == CURLE_NOT_BUILT_IN)
		return HTTP_NOT_ALLOWED;
	/* 401, 403, 407 of a proxy; its 502 to 504 are about the far side */
	if (proxy_status >= 400 && proxy_status < 500)
		return HTTP_NOT_ALLOWED;
	return HTTP_NO_ANSWER;
}

/* libcurl's words have names and addresses, and never a header or a
 * password. */
static void
explain(struct http_answer *answer, CURLcode code,
    const struct transfer *transfer, long proxy_status)
{
	const char *why = transfer->why[0] != '\0' ? transfer->why :
	    curl_easy_strerror(code);

	answer->fault = fault_of(code, transfer, proxy_status);
	if (transfer->far_address) {
		error_set(&answer->error, ERROR_USAGE, "the address is neither "
		    "of this machine nor of the container's credentials");
	} else if (proxy_status >= 300) {
		error_set(&answer->error, ERROR_SYSTEM, "the proxy says %ld%s",
		    proxy_status, proxy_status == 407 ?
		    ": it wants a name and a password" : "");
	} else if (answer->fault == HTTP_NO_CERTIFICATE &&
	    (strstr(why, "expired") != NULL ||
	    strstr(why, "not yet valid") != NULL)) {
		struct buf now;

		buf_init(&now, BUF_NO_LIMIT);
		time_print(&now, time_now_ms());
		error_set(&answer->error, ERROR_USAGE, "%s: or the clock here "
		    "is wrong, it shows %.*s", why, (int)now.len, now.data);
		buf_free(&now);
	} else {
		error_set(&answer->error, ERROR_SYSTEM, "%s", why);
	}
	/* one line, and no full stop */
	for (char *at = answer->error.text; *at != '\0'; at++)
		if (*at == '\n' || *at == '\r')
			*at = ' ';
}

void
http_do(struct http *http, const struct http_request *request,
    struct http_answer *answer)
{
	struct curl_slist *headers = make_headers(request);
	struct transfer transfer = { .answer = answer };
	CURLcode code;
	long status = 0, proxy_status = 0;

	*answer = (struct http_answer){ .fault = HTTP_NO_ANSWER,
	    .date_ms = TIME_NONE, .after_ms = -1 };
	buf_init(&answer->body, HTTP_ANSWER_LIMIT);
	/* all at once: growing would leave copies of keys behind */
	buf_reserve(&answer->body, HTTP_ANSWER_LIMIT);
	set_options(http->easy, request, &transfer, headers);
	if (run(http, request, &code)) {
		answer->fault = HTTP_STOPPED;
		error_set(&answer->error, ERROR_SYSTEM, "stopped");
	} else if (code == CURLE_OK) {
		curl_easy_getinfo(http->easy, CURLINFO_RESPONSE_CODE, &status);
		answer->status = (int)status;
	} else if (transfer.too_long) {
		error_set(&answer->error, ERROR_SYSTEM,
		    "the answer has more than %d bytes", HTTP_ANSWER_LIMIT);
	} else {
		curl_easy_getinfo(http->easy, CURLINFO_HTTP_CONNECTCODE,
		    &proxy_status);
		explain(answer, code, &transfer, proxy_status == 200 ? 0 :
		    proxy_status);
	}
	curl_easy_reset(http->easy);	/* forgets the headers before they go */
	for (struct curl_slist *h = headers; h != NULL; h = h->next)
		mem_wipe(h->data, strlen(h->data));
	curl_slist_free_all(headers);
}

void
http_answer_free(struct http_answer *answer)
{
	if (answer->body.data != NULL)
		mem_wipe(answer->body.data, answer->body.room);
	buf_free(&answer->body);
}
