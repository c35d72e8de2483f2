# Makefile -- builds ./cwsift; all else it makes goes under build/.
# SPDX-License-Identifier: MIT
VERSION = 0.1.0
CC ?= cc
PREFIX ?= /usr/local
DESTDIR ?=
BUILD ?= build
PKG_CONFIG ?= pkg-config

LIBS = zlib libpcre2-8
WARNINGS = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wcast-qual -Wformat=2 -Wundef -Wvla -Wwrite-strings
CFLAGS ?= -O2 -g
ALL_CFLAGS = -std=c11 $(WARNINGS) -Ifilter -D_POSIX_C_SOURCE=200809L \
	-DCWSIFT_VERSION='"$(VERSION)"' -pthread $(EXTRA_CFLAGS) $(CFLAGS) \
	$(shell $(PKG_CONFIG) --cflags $(LIBS))
ALL_LDLIBS = $(shell $(PKG_CONFIG) --libs $(LIBS)) -pthread $(LDLIBS)

# In the order in which a byte meets them.
SOURCES = \
	base/slice.c base/mem.c base/buf.c base/error.c base/clean.c \
	base/diag.c base/env.c base/time.c base/json.c \
	input/shape.c input/coverage.c input/chunk.c input/inflate.c \
	input/base64.c input/recognise.c input/lines.c input/csv.c \
	input/document.c input/envelope.c input/layer.c input/walk.c \
	input/source.c \
	match/need.c match/regex.c match/selector.c match/pattern.c \
	match/service.c match/rule.c match/ruleset.c match/search.c \
	match/matcher.c \
	reduce/incident.c reduce/reducer.c reduce/partial.c \
	sink/output.c sink/lines.c \
	verbs/sift.c options.c

RULES = $(sort $(wildcard rules/*.rules))
OBJECTS = $(SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/builtin.o
LIBRARY = $(BUILD)/libcwsift.a

all: cwsift

cwsift: $(BUILD)/main.o $(LIBRARY)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(ALL_LDLIBS)

$(LIBRARY): $(OBJECTS)
	rm -f $@
	$(AR) rcs $@ $(OBJECTS)

$(BUILD)/%.o: filter/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/builtin.c: $(RULES) filter/builtin.sh
	@mkdir -p $(@D)
	sh filter/builtin.sh $(RULES) > $@.tmp
	mv $@.tmp $@

$(BUILD)/builtin.o: $(BUILD)/builtin.c
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

clean:
	rm -rf build cwsift

.PHONY: all clean
-include $(wildcard $(BUILD)/*.d $(BUILD)/*/*.d)
