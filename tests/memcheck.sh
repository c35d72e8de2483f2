#!/bin/sh
# memcheck.sh -- cwsift, or $MEMCHECKED, under valgrind; what it finds is status 99.
# SPDX-License-Identifier: MIT
exec valgrind -q --error-exitcode=99 --leak-check=full \
	--errors-for-leak-kinds=definite --trace-children=no \
	--suppressions="$(dirname "$0")/valgrind.supp" "${MEMCHECKED:-./cwsift}" "$@"
