#!/usr/bin/env python3
# house.t -- the rules of the house that a machine can see (DESIGN 8, STYLE).
# SPDX-License-Identifier: MIT
import glob
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import *

FILTER = os.path.join(ROOT, "filter")
STAGES = ["base", "input", "match", "reduce", "sink", "verbs"]
LINES = 700                             # of one file
TEST_LINES = 800                        # of a test: tables are long

# Each foreign thing has one file that touches it.
OWNERS = {
    r"#include <zlib\.h>": ["input/inflate_zlib.c"],
    r"#include <libdeflate\.h>": ["input/inflate_libdeflate.c"],
    r"#include <pcre2\.h>": ["match/regex.c"],
    r"#include <curl/": ["sink/http.c"],
    # process.c and child.c put them in the place of a child's
    r"\bSTDERR_FILENO\b|\bstderr\b": ["base/diag.c", "main.c",
                                       "sink/process.c", "verbs/child.c"],
    r"\bSTDOUT_FILENO\b|\bstdout\b|\bprintf\(|\bputs\(|\bputchar\(":
        ["sink/output.c", "sink/process.c", "verbs/child.c"],
    r"\bgetenv\(|\bsetenv\(|\bunsetenv\(|\benviron\b": ["base/env.c"],
    r"\bmalloc\(|\bcalloc\(|\brealloc\(": ["base/mem.c"],
}


def code(path):
    """A C file without its comments and strings."""
    text = read(path).decode()
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"',
                  lambda m: '""' if m.group()[0] == '"' else " ", text,
                  flags=re.S)


t = Tap()
files = sorted(f[len(FILTER) + 1:] for pattern in ("*.[ch]", "*/*.[ch]")
               for f in glob.glob(os.path.join(FILTER, pattern)))
t.ok(len(files) > 80, "there are files to look at")
for name in files:
    path = os.path.join(FILTER, name)
    text = read(path).decode()
    lines = text.split("\n")
    faults = []
    if not re.match(r"/\* %s -- \S.*" % re.escape(os.path.basename(name)),
                    lines[0]):
        faults.append("its first line is not `/* NAME -- what lives here`")
    if "SPDX-License-Identifier: MIT" not in "\n".join(lines[:3]):
        faults.append("no licence in its first lines")
    if len(lines) - 1 > LINES:
        faults.append("%d lines" % (len(lines) - 1))
    includes = re.findall(r'#include "([^"]+)"', text)
    own = name[:-1] + "h"
    if name.endswith(".c") and own in files and includes[:1] != [own]:
        faults.append("does not include its own header first")
    stage = name.split("/")[0]
    for header in includes:
        if header.split("/")[0] in STAGES and stage in STAGES:
            if STAGES.index(header.split("/")[0]) > STAGES.index(stage):
                faults.append("includes %s, which stands after it" % header)
        elif stage in STAGES and header != "options.h" and "/" not in header:
            faults.append("includes %s" % header)
        elif stage in STAGES[:-1] and header == "options.h":
            faults.append("knows of the command line")
    t.ok(not faults, name, *faults)

tests = sorted(f for pattern in ("*.[cht]", "*.py", "*.sh", "*/*.[ch]", "*/*.py", "*/*.sh")
               for f in glob.glob(os.path.join(TESTS, pattern)))
bad = []
for path in tests:
    lines = read(path).decode().split("\n")
    top = "\n".join(lines[:4])
    if not re.search(r"(?m)^(/\*|#) %s -- \S" % re.escape(os.path.basename(path)), top):
        bad.append(path + ": nothing says what lives here")
    if "SPDX-License-Identifier: MIT" not in top:
        bad.append(path + ": no licence in its first lines")
    if len(lines) - 1 > TEST_LINES:
        bad.append("%s: %d lines" % (path, len(lines) - 1))
t.ok(len(tests) > 80 and not bad, "the files of the tests have door plates, and an end",
     len(tests), *bad)

for pattern, owners in OWNERS.items():
    seen = [f for f in files
            if re.search(pattern, code(os.path.join(FILTER, f))) or
            (pattern.startswith("#include") and
             re.search(pattern, read(os.path.join(FILTER, f)).decode()))]
    strangers = [f for f in seen if f not in owners]
    t.ok(seen and not strangers,
         "owned: %s" % pattern, "also in: " + ", ".join(strangers))

cc = os.environ.get("CC", "cc").split()
bad = []
for name in files:
    if name.endswith(".h"):
        p = subprocess.run(
            cc + ["-std=c11", "-Wall", "-Wextra", "-Werror", "-I", FILTER,
             "-D_POSIX_C_SOURCE=200809L", "-fsyntax-only", "-x", "c", "-"],
            input=('#include "%s"\n' % name).encode(),
            stderr=subprocess.PIPE)
        if p.returncode != 0:
            bad.append(name + ": " + p.stderr.decode()[:300])
t.ok(not bad, "each header compiles alone", *bad)
t.done()
