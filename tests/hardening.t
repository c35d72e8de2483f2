#!/usr/bin/python3
# hardening.t -- the program is built hardened (HARDENING in the Makefile).
# SPDX-License-Identifier: MIT
#
# Skipped where the build was told otherwise: HARDENING= and sanitisers.
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import *

if "SANITISED" in os.environ or os.environ.get("HARDENING", "on").strip() == "":
    print("1..0 # SKIP this build is not a hardened one")
    sys.exit(0)


def binutils(*command):
    return subprocess.run(command + (CWSIFT,), stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL,
                          env=environment()).stdout.decode()


t = Tap()
header = binutils("readelf", "-hW")
segments = binutils("readelf", "-lW")
dynamic = binutils("readelf", "-dW")
needs = binutils("readelf", "--dyn-syms", "-W")
code = binutils("objdump", "-d", "--no-show-raw-insn")

t.ok(re.search(r"Type: +DYN", header) and "PIE" in dynamic,
     "it can be loaded anywhere (PIE)", header)
t.ok("GNU_RELRO" in segments, "what the loader writes is then read-only (RELRO)",
     segments)
t.ok(re.search(r"\(FLAGS(_1)?\).*NOW", dynamic),
     "and that is all of it: names are bound at start", dynamic)
t.ok(re.search(r"GNU_STACK .* RW ", segments), "the stack is not executable",
     segments)
t.ok(not re.search(r"LOAD .* RWE ", segments),
     "nothing is both writable and executable", segments)
t.ok("__stack_chk_fail" in needs, "return addresses are guarded", needs)
if "GLIBC" in needs:            # others have no such functions
    t.ok(re.search(r"__(mem|str|sn?|v)\w+_chk\b", needs),
         "sizes are checked that the compiler knows (FORTIFY)", needs)
if "X86-64" in header:
    t.ok(code.count("endbr64") > 100, "functions begin with a landing pad (CET)",
         "%d endbr64" % code.count("endbr64"))
    t.ok(re.search(r"sub +\$0x1000,%rsp\n.*\b(or|mov)q +\$0x0,(0x0)?\(%rsp\)",
                   code), "a large frame touches each page of it (stack clash)")
elif "AArch64" in header and "ret" in code:     # else: no objdump for it here
    t.ok(len(re.findall(r"\bpaciasp\b", code)) > 100,
         "return addresses are signed (PAC)")
t.done()
