#!/usr/bin/python3
# tutorial.t -- README.md's way from a log line to a tested rule, command by command.
# SPDX-License-Identifier: MIT
#
# In the section "Rules of your own" a block without a prompt is the file that the text
# above it names in backquotes last; a block with "$ " is a command and what it prints.
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import *


def blocks(page):
    """(text above, lines) of each block of the section."""
    section = page[page.index("\n## Rules of your own\n") + 1:]
    section = section[:section.index("\n## ", 1)]
    found, at = [], 0
    for m in re.finditer(r"(?:^    .*\n(?:\n(?=    ))?)+", section, re.M):
        found.append((section[at:m.start()],
                      [line[4:] for line in m.group(0).rstrip("\n").split("\n")]))
        at = m.end()
    return found


def main():
    need_program()
    t = Tap()
    commands = 0
    with Folder() as tmp:
        for above, lines in blocks(read(os.path.join(ROOT, "README.md")).decode()):
            text = "\n".join(lines[1:]) + "\n" if len(lines) > 1 else ""
            if not lines[0].startswith("$ "):
                name = re.findall(r"`([\w.]+\.(?:log|rules))`", above)[-1]
                write(os.path.join(tmp, name), "\n".join(lines) + "\n")
                continue
            commands += 1
            p = subprocess.run(
                ["sh", "-c", lines[0][2:]], cwd=tmp, env=environment(),
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, timeout=5 * PATIENCE)
            t.equal((p.stdout.decode(), p.stderr, p.returncode), (text, b"", 0),
                    lines[0][2:])
        t.equal(commands, 5, "five commands")
        got = run(["test", "."], stdin=None, cwd=tmp)
        t.equal((got.status, got.out), (0, b"2 examples, 1 sample\nall 3 passed\n"),
                "and then cwsift test . passes")
        night = os.path.join(tmp, "night.log")
        write(night, read(night).replace(b"IMPORT FAILED after", b"IMPORT ENDED after"))
        t.equal(run(["test", "."], stdin=None, cwd=tmp).status, 1,
                "until the night is another")
    t.done()


main()
