# Makefile -- builds ./cwsift; all else it makes goes under build/.
# SPDX-License-Identifier: MIT
VERSION = 0.1.0
CC ?= cc
PREFIX ?= /usr/local
DESTDIR ?=
BUILD ?= build
PKG_CONFIG ?= pkg-config

# With libdeflate whole gzip members are inflated at once, the rest by zlib: taken where
# it is found (`make setup` installs it); LIBDEFLATE=0 builds without.
LIBDEFLATE := $(if $(filter setup,$(MAKECMDGOALS)),$(shell \
	command -v apt-get >/dev/null 2>&1 && echo 1),$(shell \
	$(PKG_CONFIG) --exists libdeflate 2>/dev/null && echo 1))
WHOLE = $(if $(filter 1,$(LIBDEFLATE)),libdeflate,alone)

LIBS = zlib $(filter libdeflate,$(WHOLE)) libpcre2-8 libcurl
WARNINGS = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wmissing-declarations -Wnested-externs \
	-Wredundant-decls -Wpointer-arith -Wcast-qual -Wcast-align \
	-Wconversion -Wsign-conversion -Wdouble-promotion -Wformat=2 -Wundef \
	-Wunused-macros -Wvla -Walloca -Wwrite-strings -Wswitch-enum \
	-Wimplicit-fallthrough -Wmissing-noreturn -Wnull-dereference \
	-Winit-self -Wdate-time
WARNINGS_GCC = -Wlogical-op -Wduplicated-cond -Wduplicated-branches \
	-Wformat-signedness -Wformat-overflow=2 -Wstringop-overflow=4 \
	-Wshift-overflow=2 -Wstrict-overflow=2 -Wjump-misses-init -Wtrampolines
WARNINGS_CLANG = -Wunreachable-code-aggressive -Wconditional-uninitialized \
	-Wassign-enum -Wshift-sign-overflow -Wtautological-compare \
	-Wextra-semi -Widiomatic-parentheses -Wover-aligned
CFLAGS ?= -O2 -g

# Hardened, as far as the compiler, its target and the flags given take it;
# `make HARDENING=` builds without. Fortified functions would hide from the
# sanitisers what those look for.
HARDENING = -fPIE -fstack-protector-strong -fstack-clash-protection \
	-fcf-protection -mbranch-protection=standard $(FORTIFY)
FORTIFY = $(if $(findstring -fsanitize,$(CFLAGS) $(EXTRA_CFLAGS)),,\
	'-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2')
HARDENING_LINK = $(if $(filter -static% -no-pie,$(CFLAGS) $(LDFLAGS)),,-pie) \
	-Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack

# Asked once, and when first needed: after `setup`.
once = $(eval $(1) := $(2))$($(1))
# of these words, each of which may be several flags, those that can be compiled with
taken = $(shell for flags in $(1); do \
	echo 'extern int none;' | $(CC) -Werror $$flags $(CPPFLAGS) $(CFLAGS) \
	    -include string.h -c -x c -o /dev/null - 2>/dev/null && \
	    echo $$flags; done)
HARDENED = $(call once,HARDENED,$(call taken,$(HARDENING)))
MORE_WARNINGS = $(call once,MORE_WARNINGS,$(call \
	taken,'$(WARNINGS_GCC)' '$(WARNINGS_CLANG)'))
LIBS_CFLAGS = $(call once,LIBS_CFLAGS,$(shell $(PKG_CONFIG) --cflags $(LIBS)))
LIBS_LDLIBS = $(call once,LIBS_LDLIBS,$(shell $(PKG_CONFIG) --libs $(LIBS)))

# What the user gives comes last, so that it holds.
ALL_CFLAGS = -std=c11 $(WARNINGS) $(MORE_WARNINGS) -Ifilter -D_POSIX_C_SOURCE=200809L \
	-DCWSIFT_VERSION='"$(VERSION)"' -pthread -ffile-prefix-map=$(CURDIR)=. \
	$(HARDENED) $(EXTRA_CFLAGS) \
	$(LIBS_CFLAGS) $(CPPFLAGS) $(CFLAGS)
ALL_LDFLAGS = $(if $(HARDENED),$(HARDENING_LINK)) $(LDFLAGS)
ALL_LDLIBS = $(LIBS_LDLIBS) -pthread $(LDLIBS)

# In the order in which a byte meets them.
SOURCES = \
	base/slice.c base/mem.c base/buf.c base/error.c base/clean.c \
	base/diag.c base/env.c base/notify.c base/time.c base/stamp.c base/zone.c \
	base/json.c base/json_text.c base/crc.c \
	input/shape.c input/coverage.c input/chunk.c input/walk.c \
	input/source.c input/layer.c input/recognise.c input/unread.c \
	input/checksum.c input/inflate_zlib.c input/inflate_$(WHOLE).c \
	input/nested.c input/inflate.c input/ahead.c \
	input/base64.c input/frame.c input/lines.c input/rows.c input/csv.c \
	input/insights.c input/aws_cli.c input/bare.c input/document.c \
	input/envelope_doc.c input/envelope_kind.c input/envelope.c \
	input/envelope_rest.c \
	match/need.c match/syntax.c match/dialect.c match/regex.c \
	match/glob.c match/selector.c match/pattern_scan.c \
	match/pattern_value.c match/pattern_logic.c match/pattern_terms.c \
	match/pattern_json.c match/pattern_delimited.c match/pattern.c \
	match/service.c match/rule.c match/complaint.c match/rulefile.c \
	match/rulekey.c match/ruleset.c match/nibbles.c match/search.c match/plan.c \
	match/holds.c match/reason.c match/identifier.c match/matcher.c \
	reduce/incident.c reduce/reducer.c reduce/partial.c \
	sink/output.c sink/lines.c sink/notice.c sink/sha256.c sink/sign.c \
	sink/http.c sink/keys.c sink/aws_config.c sink/endpoint.c \
	sink/query.c sink/process.c sink/assume.c sink/metadata.c \
	sink/credentials.c sink/sns.c sink/journal.c sink/ledger.c \
	sink/spool_records.c sink/spool_tidy.c sink/spool.c sink/burst.c \
	sink/forward.c \
	verbs/stop.c verbs/exit_status.c verbs/forwarding.c verbs/send.c verbs/load.c \
	verbs/lint_regex.c verbs/lint.c \
	verbs/metric_export.c verbs/metric_import.c verbs/rules.c \
	verbs/live.c verbs/overlap.c verbs/worker.c verbs/sift.c verbs/aws_command.c \
	verbs/child.c verbs/vigil.c verbs/watch.c verbs/fired.c \
	verbs/verdict.c verbs/because.c verbs/example.c verbs/expectation.c \
	verbs/test.c verbs/explanation.c verbs/explanation_text.c \
	verbs/explanation_json.c verbs/explain.c option_table.c options.c

# Programs of their own, each linked with the library.
UNITS = nested clean buf time checksum json need regex nibbles search selector pattern \
	ruleset reason matcher incident partial lines output notice sign aws_config endpoint \
	spool overlap aws_command vigil
FUZZERS = input wrapped inflate base64 json rules pattern search service \
	partial metric_import time aws_command aws_config answer ledger spool

RULES = $(sort $(wildcard rules/*.rules))
OBJECTS = $(SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/builtin.o
LIBRARY = $(BUILD)/libcwsift.a
PROGRAM = $(if $(filter build,$(BUILD)),cwsift,$(BUILD)/cwsift)
UNIT_PROGRAMS = $(UNITS:%=$(BUILD)/unit/%)
FUZZ_PROGRAMS = $(FUZZERS:%=$(BUILD)/fuzz/%)
REPLAY_PROGRAMS = $(FUZZERS:%=$(BUILD)/replay/%)

all: $(PROGRAM)

$(PROGRAM): $(BUILD)/main.o $(LIBRARY)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LDLIBS)

# LIBDEFLATE said otherwise than the last time: linked anew
WHOLE_IS = $(BUILD)/whole-is-$(WHOLE)
$(WHOLE_IS):
	@mkdir -p $(@D)
	@rm -f $(BUILD)/whole-is-*
	@touch $@

$(LIBRARY): $(OBJECTS) $(WHOLE_IS)
	rm -f $@
	$(AR) rcs $@ $(OBJECTS)

$(BUILD)/%.o: filter/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# a pack that was taken away, or has another name, is built in no more
RULES_ARE = $(BUILD)/rules-are-$(firstword $(shell echo $(RULES) | cksum))
$(RULES_ARE):
	@mkdir -p $(@D)
	@rm -f $(BUILD)/rules-are-*
	@touch $@

$(BUILD)/builtin.c: $(RULES) $(RULES_ARE) filter/builtin.sh
	@mkdir -p $(@D)
	sh filter/builtin.sh $(RULES) > $@.tmp
	mv $@.tmp $@

$(BUILD)/builtin.o: $(BUILD)/builtin.c
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

# ---- what is installed on a fresh machine, and the first look ----

DEBIAN_PACKAGES = gcc libc6-dev make pkg-config zlib1g-dev libdeflate-dev libpcre2-dev \
	libcurl4-openssl-dev python3-botocore openssl \
	strace libcmocka-dev python3 perl mandoc clang libclang-rt-14-dev tzdata \
	awscli fish zsh valgrind

# Installs those of $(1) that are not there.
define install_packages
@missing=; for p in $(1); do \
    dpkg -s $$p >/dev/null 2>&1 || missing="$$missing $$p"; done; \
if ! command -v apt-get >/dev/null 2>&1; then \
    echo "no apt-get here: install a C compiler, make, pkg-config," \
        "zlib, PCRE2 (10.34 or later), libcurl, and for the tests cmocka," \
        "python3, perl's prove, mandoc, clang"; \
elif [ -z "$$missing" ]; then \
    echo "setup: nothing is missing"; \
else \
    echo "setup: installing$$missing"; \
    root=; [ "$$(id -u)" = 0 ] || root=sudo; \
    $$root apt-get update -q >/dev/null && \
    DEBIAN_FRONTEND=noninteractive $$root apt-get install -qy \
        --no-install-recommends $$missing >/dev/null; \
fi
endef

setup:
	$(call install_packages,$(DEBIAN_PACKAGES))

# With `make setup demo` all else waits for the packages, also under -j.
ifneq ($(filter setup,$(MAKECMDGOALS)),)
$(OBJECTS) $(BUILD)/main.o $(BUILD)/builtin.c: | setup
endif

demo: $(PROGRAM)
	@echo 'cwsift --utc samples/:'
	@./$(PROGRAM) --utc samples/

# ---- tests ----

$(BUILD)/unit/%: tests/unit/%.c $(BUILD)/tests/heard.o $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Itests $(ALL_LDFLAGS) -o $@ $< $(BUILD)/tests/heard.o \
	    $(LIBRARY) $(ALL_LDLIBS) -lcmocka

$(BUILD)/tests/%.o: tests/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Itests -MMD -MP -c -o $@ $<

$(BUILD)/feed: $(BUILD)/tests/feed.o $(BUILD)/tests/heard.o $(LIBRARY)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LDLIBS)

# Not sanitised, whatever the program is: it stands in front of the C library.
$(BUILD)/faults.so: tests/faults.c
	@mkdir -p $(@D)
	$(CC) -std=c11 $(WARNINGS) -O2 -g -shared -fPIC -o $@ $<

$(BUILD)/publish: tests/sns/publish.c $(LIBRARY)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< $(LIBRARY) $(ALL_LDLIBS)

.PRECIOUS: $(BUILD)/tests/%.o

# A fuzz target that is given files, with any compiler.
FUZZ_SHARED = $(BUILD)/tests/heard.o $(BUILD)/tests/fuzz/matches.o
$(BUILD)/replay/%: $(BUILD)/tests/fuzz/%.o $(BUILD)/tests/fuzz/replay.o \
    $(FUZZ_SHARED) $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LDLIBS)

test-programs: $(PROGRAM) $(UNIT_PROGRAMS) $(BUILD)/feed $(BUILD)/publish \
    $(REPLAY_PROGRAMS) $(BUILD)/faults.so

TESTS = tests/*.t tests/conformance/run.py tests/rules/examples.py
PROVE = prove -j2
check: test-programs
	CWSIFT=$(abspath $(PROGRAM)) FEED=$(abspath $(BUILD)/feed) \
	    PUBLISH=$(abspath $(BUILD)/publish) \
	    CMOCKA_MESSAGE_OUTPUT=TAP $(PROVE) -e '' $(UNIT_PROGRAMS) \
	    $(TESTS)

SANITISE = -fsanitize=address,undefined -fno-sanitize-recover=all
asan:
	$(MAKE) BUILD=build/asan EXTRA_CFLAGS='$(SANITISE)' CFLAGS='-O1 -g' \
	    SANITISED=1 check

# Without vectors, as on a processor that has none.
portable:
	$(MAKE) BUILD=build/portable EXTRA_CFLAGS=-DSEARCH_PORTABLE \
	    TESTS='tests/cases.t tests/conformance/run.py tests/rules/examples.py' \
	    check

# A build without libdeflate says the same: what reads gzip.
alone:
	$(MAKE) BUILD=build/alone LIBDEFLATE=0 TESTS='tests/cases.t \
	    tests/captures.t tests/chunks.t tests/shapes.t tests/threads.t \
	    tests/memory.t' check

# What threads share, seen by ThreadSanitizer.
TSAN = SANITISED=1 SEEDS=2 SPARSE=40 CWSIFT=$(abspath build/tsan/cwsift) \
	FEED=$(abspath build/tsan/feed) PUBLISH=$(abspath build/tsan/publish)
tsan:
	$(MAKE) BUILD=build/tsan EXTRA_CFLAGS=-fsanitize=thread CFLAGS='-O1 -g' \
	    build/tsan/cwsift build/tsan/feed build/tsan/publish
	$(TSAN) prove tests/properties.t :: merges
	$(TSAN) prove tests/forward.t :: batch
	$(TSAN) prove tests/chunks.t :: ahead
	$(TSAN) $(PROVE) tests/threads.t tests/live.t tests/watch.t tests/sns.t

# valgrind, on units and main paths of the program (not partial: its test compares
# structs whole, holes too).
MEMCHECK_UNITS = clean buf time json selector pattern sign aws_config
memcheck: test-programs
	for unit in $(MEMCHECK_UNITS); do \
	    MEMCHECKED=build/unit/$$unit sh tests/memcheck.sh >build/memcheck.log \
	    2>&1 || { cat build/memcheck.log; exit 1; }; done
	for threads in 1 2; do sh tests/memcheck.sh --utc -j $$threads samples/ \
	    >build/memcheck.log || { cat build/memcheck.log; exit 1; }; done
	SANITISED=1 MEMCHECKED=$(abspath cwsift) \
	    CWSIFT=$(abspath tests/memcheck.sh) prove tests/forward.t :: batch

# For arm64: built by Debian's cross compiler against libraries that are unpacked under
# build/, and run under qemu.  Its tests are those of what is computed.
ARM64 = build/arm64
ARM64_ROOT = $(abspath build/debian/arm64)
ARM64_PKGCONFIG = $(ARM64_ROOT)/usr/lib/aarch64-linux-gnu/pkgconfig
ARM64_RUN = qemu-aarch64-static -L $(ARM64_ROOT)
ARM64_PACKAGES = gcc-aarch64-linux-gnu qemu-user-static
ARM64_LIBRARIES = libc6-dev zlib1g-dev libdeflate-dev libpcre2-dev libcurl4-openssl-dev \
	libcmocka-dev
ARM64_TESTS = tests/cases.t tests/captures.t tests/chunks.t \
	tests/conformance/run.py tests/rules/examples.py

setup-arm64:
	$(call install_packages,$(ARM64_PACKAGES))

$(ARM64_ROOT): | $(filter setup-arm64,$(MAKECMDGOALS))
	sh tests/arm64/root.sh $@ $(ARM64_LIBRARIES)

arm64: $(ARM64_ROOT)
	PKG_CONFIG_LIBDIR=$(ARM64_PKGCONFIG) PKG_CONFIG_SYSROOT_DIR=$(ARM64_ROOT) \
	    $(MAKE) BUILD=$(ARM64) CFLAGS='$(CFLAGS)' \
	    CC='$(CCACHE) aarch64-linux-gnu-gcc --sysroot=$(ARM64_ROOT)' test-programs
	for p in cwsift feed; do sh tests/arm64/wrap.sh '$(ARM64_RUN)' \
	    $(abspath $(ARM64))/$$p $(ARM64)/run/$$p; done
	CMOCKA_MESSAGE_OUTPUT=TAP $(PROVE) -e '$(ARM64_RUN)' \
	    $(UNITS:%=$(ARM64)/unit/%)
	CWSIFT=$(abspath $(ARM64)/run/cwsift) FEED=$(abspath $(ARM64)/run/feed) \
	    SPARSE=7 $(PROVE) -e '' $(ARM64_TESTS)

# libFuzzer: FUZZ_SECONDS for each target, two at a time.  What it finds out is kept in
# build/fuzzing; tests/fuzz/README.md has the rest.
FUZZ_SECONDS ?= 30
$(BUILD)/fuzz/%: $(BUILD)/tests/fuzz/%.o $(FUZZ_SHARED) $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(ALL_LDLIBS)

fuzz-programs: $(FUZZ_PROGRAMS)

fuzz: $(PROGRAM)
	$(MAKE) BUILD=build/fuzzing CC=clang CFLAGS='-O1 -g' \
	    EXTRA_CFLAGS='$(SANITISE) -fsanitize=fuzzer-no-link \
	    -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION' fuzz-programs
	prove -v -e sh tests/fuzz/run.sh :: build/fuzzing/fuzz \
	    $(FUZZ_SECONDS) $(FUZZERS)

# ---- what looks at the source ----

# Everything, tests too, with both compilers; a warning is an error.
GCC = gcc
CLANG = clang
warnings:
	$(MAKE) BUILD=build/warnings/gcc CC='$(GCC)' EXTRA_CFLAGS=-Werror \
	    test-programs
	$(MAKE) BUILD=build/warnings/clang CC='$(CLANG)' EXTRA_CFLAGS=-Werror \
	    test-programs

# clang-tidy and cppcheck, too: .clang-tidy (another for tests/) and .cppcheck have what
# is asked.
LINT_PACKAGES = clang-tidy cppcheck valgrind
setup-lint:
	$(call install_packages,$(LINT_PACKAGES))

lint: warnings tidy cppcheck

TIDY = $(SOURCES:%=filter/%) filter/main.c \
	$(wildcard tests/*.c tests/unit/*.c tests/fuzz/*.c tests/sns/*.c \
	tests/bench/*.c)
tidy:
	printf '%s\n' $(TIDY) | xargs -P2 -n4 sh -c \
	    'clang-tidy --quiet "$$@" -- -std=c11 -Ifilter -Itests \
	    -D_POSIX_C_SOURCE=200809L -DCWSIFT_VERSION=\"$(VERSION)\"' sh

cppcheck:
	cppcheck --quiet --error-exitcode=1 -j2 --inline-suppr --std=c11 \
	    --enable=warning,style,performance,portability -Ifilter \
	    -D_POSIX_C_SOURCE=200809L -D'CWSIFT_VERSION="$(VERSION)"' \
	    --suppressions-list=.cppcheck filter

# each header stands alone
headers:
	@for h in $$(cd filter && find . -name '*.h' | sort); do \
	    echo "#include \"$$h\"" | $(CC) $(ALL_CFLAGS) -fsyntax-only -x c - \
	    || exit 1; done

# ---- speed ----

# Side by side with what else there is: BENCH_MB, BENCH_ROUNDS, BENCH_ONLY.
build/bench/inflate: tests/bench/inflate.c
	@mkdir -p $(@D)
	$(CC) -O2 -std=c11 -D_POSIX_C_SOURCE=200809L -pthread \
	    $(if $(filter 1,$(LIBDEFLATE)),-DHAVE_LIBDEFLATE) -o $@ $< -lz \
	    $(if $(filter 1,$(LIBDEFLATE)),-ldeflate)

bench: $(PROGRAM) build/bench/inflate
	CWSIFT=$(abspath $(PROGRAM)) python3 tests/bench/run.py

BENCH_PACKAGES = ripgrep ugrep jq sec hyperfine
bench-setup:
	apt-get install -qy --no-install-recommends $(BENCH_PACKAGES)

# Instructions, not seconds: more than tests/bench/cost.txt allows fails.
# What was meant to change it makes a new table.
check-cost new-cost:
	$(MAKE) BUILD=build/cost LIBDEFLATE=0 build/cost/cwsift
	CWSIFT=$(abspath build/cost/cwsift) python3 tests/bench/cost.py \
	    $(if $(filter new-cost,$@),--write)

# ---- installing ----

MANDIR = $(PREFIX)/share/man/man1
BASHDIR = $(PREFIX)/share/bash-completion/completions
ZSHDIR = $(PREFIX)/share/zsh/site-functions
FISHDIR = $(PREFIX)/share/fish/vendor_completions.d
DOCDIR = $(PREFIX)/share/doc/cwsift
install: $(PROGRAM)
	mkdir -p $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(MANDIR) \
	    $(DESTDIR)$(BASHDIR) $(DESTDIR)$(ZSHDIR) $(DESTDIR)$(FISHDIR) \
	    $(DESTDIR)$(DOCDIR)
	install -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/cwsift
	install -m 644 filter/cwsift.1 $(DESTDIR)$(MANDIR)/cwsift.1
	install -m 644 filter/completions/cwsift.bash \
	    $(DESTDIR)$(BASHDIR)/cwsift
	install -m 644 filter/completions/_cwsift $(DESTDIR)$(ZSHDIR)/_cwsift
	install -m 644 filter/completions/cwsift.fish \
	    $(DESTDIR)$(FISHDIR)/cwsift.fish
	sed 's|/usr/local/bin/|$(PREFIX)/bin/|' filter/cwsift-watch.service \
	    > $(DESTDIR)$(DOCDIR)/cwsift-watch.service
	chmod 644 $(DESTDIR)$(DOCDIR)/cwsift-watch.service

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/cwsift $(DESTDIR)$(MANDIR)/cwsift.1 \
	    $(DESTDIR)$(BASHDIR)/cwsift $(DESTDIR)$(ZSHDIR)/_cwsift \
	    $(DESTDIR)$(FISHDIR)/cwsift.fish \
	    $(DESTDIR)$(DOCDIR)/cwsift-watch.service

# ---- packages ----

# All of one VERSION, and of the same bytes wherever they are built.
DIST = build/cwsift-$(VERSION).tar.gz
DEB_PACKAGES = debhelper dpkg-dev lintian
MAINTAINER = the cwsift authors <cwsift@cwsift.invalid>
dist:
	sh filter/package/dist.sh cwsift-$(VERSION) $(DIST)

setup-deb:
	$(call install_packages,$(DEBIAN_PACKAGES) $(DEB_PACKAGES))

deb: dist
	sh filter/package/deb.sh $(VERSION) $(DIST) build/deb '$(MAINTAINER)'
	lintian --fail-on error,warning build/deb/*.changes
	@ls build/deb/*.deb

# Twice, in two folders, and compared: the program, the archive, the package.
reproducible: dist
	sh filter/package/reproducible.sh $(VERSION) $(DIST)

clean:
	rm -rf build cwsift

.PHONY: all setup demo check bench bench-setup check-cost new-cost portable \
	asan alone tsan setup-arm64 arm64 fuzz fuzz-programs test-programs setup-lint \
	warnings lint tidy cppcheck memcheck headers \
	install uninstall dist setup-deb deb reproducible clean
-include $(wildcard $(BUILD)/*.d $(BUILD)/*/*.d $(BUILD)/*/*/*.d)
