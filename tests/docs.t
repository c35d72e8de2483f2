#!/usr/bin/python3
# docs.t -- what is written down is what the program does.
# SPDX-License-Identifier: MIT
#
# The program's own lists (--help, --from help) against the manual, the completions
# and README.md; the examples of both are run.
import glob
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import *

FILTER = os.path.join(ROOT, "filter")


def text(*path):
    return read(os.path.join(ROOT, *path)).decode()


def shell(command, cwd=ROOT):
    """Status, standard output and standard error as text."""
    p = subprocess.run(["sh", "-c", command], cwd=cwd, env=environment(),
                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                       stderr=subprocess.PIPE, timeout=5 * PATIENCE)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def sets(t, got, want, name):
    """Two sets of words are the same: what is missing, what is extra."""
    t.ok(got == want, name, lambda: "missing: %s\nextra: %s" % (
        " ".join(sorted(want - got)) or "-", " ".join(sorted(got - want)) or "-"))


# ---- the program's own words ----

def help_options(*verb):
    """(letter or "", name or "", ARG or "") of each option, in its order."""
    found = []
    for line in run(list(verb) + ["--help"]).out.decode().split("\n"):
        m = re.match(r"  (?:-(\w)(?:, )?)? *(?:--([\w-]+))?(?: ([A-Z]+))? +\S",
                     line)
        if m and (m.group(1) or m.group(2)):
            found.append(tuple(g or "" for g in m.groups()))
    return found


def spellings(options):
    return ({"-" + letter for letter, _, _ in options if letter} |
            {"--" + name for _, name, _ in options if name})


def verbs():
    """The names of all but the main job."""
    return [name for name in re.findall(
        r'^\t\{ "(\w+)", VERB_\w+,', text("filter", "option_table.c"), re.M)
        if name != "sift"]


def from_help():
    return [line.split()[0]
            for line in run(["--from", "help"]).out.decode().splitlines()]


# ---- the manual ----

ROFF = [("\\(aq", "'"), ("\\(dq", '"'), ("\\(ha", "^"), ("\\(ti", "~"),
        ("\\(ga", "`"), ("\\&", ""), ("\\ ", " "), ("\\e", "\\")]


def unroff(line):
    for roff, plain in ROFF:
        line = line.replace(roff, plain)
    return line


def section(manual, name):
    """A .Sh or .Ss and what is in it."""
    m = re.search(r"^\.(S[hs]) %s\n(.*?)(?=^\.Sh |^\.\1 |\Z)" % re.escape(name),
                  manual, re.M | re.S)
    return m.group(2) if m else ""


def literals(manual):
    return [[unroff(line) for line in block.split("\n")] for block in
            re.findall(r"^\.Bd -literal[^\n]*\n(.*?)\n\.Ed$", manual,
                       re.M | re.S)]


def prompts(lines):
    """(command, what it must print) of each `$ ` line; \\ joins two lines."""
    found = []
    i = 0
    while i < len(lines):
        i += 1
        if not lines[i - 1].startswith("$ "):
            continue
        command = lines[i - 1][2:]
        while command.endswith("\\"):
            command += "\n" + lines[i]
            i += 1
        out = []
        while i < len(lines) and not lines[i].startswith("$ "):
            out.append(lines[i])
            i += 1
        found.append((command, "".join(line + "\n" for line in out)))
    return found


def manual_options(t, manual, options):
    synopsis = section(manual, "SYNOPSIS")
    items = [line for line in section(manual, "OPTIONS").split("\n")
             if line.startswith(".It Fl ")]
    got = []
    for line in items:
        letter = name = arg = ""
        for word, value in re.findall(r"Fl (\S+)(?: Ar (\S+))?", line):
            if word.startswith("-"):
                name = word[1:]
            else:
                letter = word
            arg = value
        got.append((letter, name, arg.upper()))
    show = lambda o: {"%s/%s/%s" % each for each in o}
    sets(t, show(got), show(options), "the manual's OPTIONS are those of --help")
    order = [name or letter for letter, name, _ in got]
    t.equal(order, sorted(order), "the manual's OPTIONS are in order")
    named = set(re.findall(r"Fl (\S+)", synopsis))
    for letter, name, arg in options:
        words = {letter, "-" + name} & named
        t.ok(len(words) == 1 and (not arg or re.search(
            r"Fl %s Ar %s\b" % (words.copy().pop(), arg.lower()), synopsis)),
            "the SYNOPSIS has %s" % (name or letter), repr(words))
        named -= words
    t.equal(named, set(), "the SYNOPSIS has no other")
    spelled = {"-" + word.replace("\\", "") for line in manual.split("\n")
               if line.startswith(".") for word in re.findall(
                   r"\bFl (-?[\w-]+)", line)}
    known = spellings(options)
    for verb in verbs():
        known |= spellings(help_options(verb))
    sets(t, spelled - known, set(), "the manual names no other option")


def manual_verbs(t, manual):
    """A verb has a .Ss of its own under VERBS, with its options, and stands in SYNOPSIS."""
    t.ok(len(verbs()) > 3, "there are verbs", repr(verbs()))
    synopsis = section(manual, "SYNOPSIS")
    for verb in verbs():
        t.ok(".Nm\n.Cm %s\n" % verb in synopsis,
             "the SYNOPSIS has the verb %s" % verb)
        there = section(section(manual, "VERBS"), verb)
        got = {"-" + word for line in there.split("\n")
               if line.startswith(".It Fl ")
               for word in re.findall(r"\bFl (\S+)", line)}
        sets(t, got, spellings(help_options(verb)),
             "the manual has the options of %s" % verb)


def manual_shapes(t, manual):
    table = {}
    for line in section(manual, "INPUT").split("\n"):
        if line.startswith(".It Cm ") and " Ta " in line:
            cells = line[len(".It Cm "):].split(" Ta ")
            table[cells[0]] = tuple(cells[1:])
    sets(t, set(table), set(from_help()),
         "the manual's table has the shapes of --from help")
    # what shape.c says that each carries
    source = text("filter", "input", "shape.c")
    entry = re.compile(r'\[SHAPE_\w+\] = \{ "([\w-]+)",\s*"[^"]*",\s*"(\w+)",'
                       r'\s*(\w+), (\w+), (\w+) \}')
    for name, time, stream, group, live in entry.findall(source):
        if name == "cwsift":
            continue
        row = table.get(name, ("",) * 4)
        t.equal((row[0],) + tuple(c != "-" for c in row[1:]),
                (time.replace("message", "text"), stream == "true",
                 group == "true", live == "true"),
                "the table is right about %s" % name)
    items = " ".join(re.findall(r"^\.It Cm ((?:(?! Ta ).)*)$",
                                section(manual, "INPUT"), re.M))
    sets(t, set(items.replace(",", " ").split()), set(table),
         "the manual describes each shape")


def manual_rest(t, manual):
    keys = set(re.findall(r'^\t\{ "([^"]+)", IN_',
                          text("filter", "match", "rulekey.c"), re.M))
    t.ok(len(keys) > 10, "rulekey.c has keys")
    got = {unroff(word) for word in re.findall(
        r"^\.It Cm (\S+)", section(section(manual, "RULES"), "Keys"), re.M)}
    sets(t, got, keys, "the manual has the keys of rule files")

    wanted = set()
    for path in glob.glob(os.path.join(FILTER, "**", "*.c"), recursive=True):
        wanted |= set(re.findall(r'env_get\("(\w+)"\)|"(?=AWS_)(\w+)"',
                                 read(path).decode()))
    wanted = {a or b for a, b in wanted}
    wanted |= {"https_proxy", "all_proxy", "no_proxy"}  # libcurl reads them
    lines = re.findall(r"^\.(?:It Ev|Ev) (.+)$",
                       section(manual, "ENVIRONMENT"), re.M)
    sets(t, set(re.findall(r"\w{2,}", " ".join(lines))), wanted,
         "the manual has the environment that is read")

    limits = text("filter", "input", "limits.h")
    stands = section(section(manual, "INPUT"), "Limits")
    for name in ("RECORD_LIMIT", "DOCUMENT_HOLD"):
        mib = re.search(r"%s \(\(size_t\)(\d+) << 20\)" % name, limits).group(1)
        t.ok(".It %s MiB\n" % mib in stands, "the manual has %s" % name)
    layers = re.search(r"LAYER_LIMIT (\d+)", limits).group(1)
    t.ok(".It %s\nwrappings" % layers in stands, "the manual has LAYER_LIMIT")

    if shutil.which("mandoc") is None:
        t.skip("the manual is clean mdoc", "there is no mandoc")
        return
    p = subprocess.run(["mandoc", "-T", "lint", os.path.join(FILTER, "cwsift.1")],
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    # whether a page that is referred to is installed here is no matter
    said = [line for line in p.stdout.decode().splitlines()
            if "mandoc.db" not in line and "referenced manual" not in line
            and "operating system explicitly specified" not in line]
    t.equal("\n".join(said), "", "the manual is clean mdoc")


def try_rules(t, lines, name):
    with Folder() as tmp:
        path = write(os.path.join(tmp, "x.rules"), "\n".join(lines) + "\n")
        got = run(["-r", path, "--allow-empty"], stdin=None)
        t.ok(got.status == 0 and got.err == b"", name, repr(got))


def examples(t, manual):
    found = [example for block in literals(manual)
             for example in prompts(block)]
    t.ok(len(found) > 5, "the manual has examples")
    with Folder() as tmp:
        for name in os.listdir(ROOT):
            os.symlink(os.path.join(ROOT, name), os.path.join(tmp, name))
        for command, out in found:
            status, got, err = shell(command, cwd=tmp)
            t.ok(got == out and err == "", "example: %s" % command,
                 lambda: difference(got, out), lambda: err)
    for block in literals(manual):
        if block[0] == "rules 1":
            try_rules(t, block, "the manual's rule file is right")


# ---- completions ----

COMPLETE = r"""
. "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_cwsift cwsift "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
printf '%s\n' "${COMPREPLY[@]}"
"""


def complete(*words):
    p = subprocess.run(
        ["bash", "-c", COMPLETE, "bash",
         os.path.join(FILTER, "completions", "cwsift.bash"), "cwsift"] +
        list(words), cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=5 * PATIENCE)
    return set((p.stdout + p.stderr).decode().split("\n")) - {""}


VALUES = [
    (("-o", "--output"), {"line", "long", "json", "records"}),
    (("--level",), {"fatal", "error", "warn"}),
    (("--color",), {"auto", "always", "never"}),
]


def bash(t, options):
    if shutil.which("bash") is None:
        t.skip("completions for bash", "there is no bash")
        return
    sets(t, complete("-"), spellings(options), "bash completes the options")
    sets(t, complete("--ex"), {"--exit-code"}, "bash completes a long option")
    for names, values in VALUES:
        for name in names:
            sets(t, complete(name, ""), values, "bash completes %s" % name)
        sets(t, complete(names[-1], "=", values.copy().pop()[:3]) - values,
             set(), "bash completes %s=" % names[-1])
    sets(t, complete("--from", ""), set(from_help()) | {"help"},
         "bash completes --from")
    sets(t, complete("-r", "rules/la"), {"rules/lambda.rules"},
         "bash completes a rule file")
    sets(t, complete("READ"), {"README.md"}, "bash completes an operand")
    for verb in verbs():
        sets(t, complete(verb, "-"), spellings(help_options(verb)),
             "bash completes the options of %s" % verb)
    sets(t, complete("explai"), {"explain"}, "bash completes a verb")
    sets(t, complete("rules", "--export", ""), {"terraform", "cli"},
         "bash completes the values of a verb")
    sets(t, complete("explain", "-o", ""), {"text", "json"},
         "bash completes -o of a verb")
    for letter, name, arg in options:
        if arg and name not in ("output", "level", "color", "from", "since",
                                "until", "tz", "rules"):
            sets(t, complete("--" + name, "-"), set(),
                 "bash leaves the value of --%s alone" % name)


def zsh(t, options):
    source = text("filter", "completions", "_cwsift")
    arguments = source[source.index("\n_arguments"):]
    got = []
    for line in arguments.split("\n"):
        m = re.match(r"\t(?:'\*')?\{-(\w)(\+?),--([\w-]+)(=?)\}'", line)
        if m:
            got.append((m.group(1), m.group(3), m.group(4) or m.group(2)))
        m = re.match(r"\t'\*?--([\w-]+)(=?)\[", line)
        if m:
            got.append(("", m.group(1), m.group(2)))
        m = re.match(r"\t'-(\w)\[", line)
        if m:
            got.append((m.group(1), "", ""))
    show = lambda o: {"%s/%s%s" % (a, b, "=" if c else "") for a, b, c in o}
    sets(t, show(got), show(options), "zsh completes the options")
    for names, values in VALUES:
        m = re.search(r"--%s=\}?'?\[[^]]*\]:\w+:\(([^)]*)\)" % names[-1][2:],
                      arguments)
        sets(t, set(m.group(1).split()) if m else set(), values,
             "zsh completes %s" % names[-1])
    if shutil.which("zsh"):
        p = subprocess.run(
            [shutil.which("zsh"), "-n",
             os.path.join(FILTER, "completions", "_cwsift")],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        t.ok(p.returncode == 0 and p.stdout == b"", "zsh can read it", p.stdout)
    else:
        t.skip("zsh can read it", "there is no zsh")


def fish(t, options):
    if shutil.which("fish") is None:
        t.skip("completions for fish", "there is no fish")
        return
    ours = os.path.join(FILTER, "completions", "cwsift.fish")

    def complete(line):
        with Folder() as home:
            p = subprocess.run(
                [shutil.which("fish"), "--no-config", "-c",
                 "source $argv[1]; complete -C $argv[2]", ours,
                 "cwsift " + line], cwd=ROOT, env=environment(HOME=home),
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, timeout=60)
        return {each.split("\t")[0] for each in p.stdout.decode().splitlines()}

    short, long = ({word for word in spellings(options)
                    if word.startswith("--") == double}
                   for double in (False, True))
    sets(t, complete("-") & short, short, "fish completes the short options")
    sets(t, complete("--"), long, "fish completes the long options")
    source = read(ours).decode()
    for letter, name, arg in options:
        line = re.search(r"^complete -c cwsift -n __cwsift_sifts%s%s( .*)? -d '" % (
            " -s " + letter if letter else "", " -l " + name if name else ""),
            source, re.M)
        t.ok(line and bool(arg) == bool(re.search(" -[rx]\\b",
                                                  line.group(1) or "")),
             "fish knows whether %s has a value" % (name or letter))
    for names, values in VALUES:
        for name in names:
            sets(t, complete(name + " "), values, "fish completes %s" % name)
    sets(t, complete("--from "), set(from_help()) | {"help"},
         "fish completes --from")
    sets(t, complete("-r rules/la"), {"rules/lambda.rules"},
         "fish completes a rule file")
    sets(t, complete("READ"), {"README.md"}, "fish completes an operand")
    for verb in verbs():
        sets(t, complete(verb + " -"), spellings(help_options(verb)),
             "fish completes the options of %s" % verb)
    sets(t, complete("explai"), {"explain"}, "fish completes a verb")
    sets(t, complete("rules --export "), {"terraform", "cli"},
         "fish completes the values of a verb")
    sets(t, complete("explain -o "), {"text", "json"},
         "fish completes -o of a verb")


# ---- README.md, CHANGELOG.md ----

def readme(t, options):
    page = text("README.md")
    code = [line[4:] for line in page.split("\n") if line.startswith("    ")]
    first = re.search(r"(?:^    .*\n)+", page, re.M).group(0)
    found = prompts([line[4:] for line in first.rstrip("\n").split("\n")])
    t.equal(len(found), 1, "README.md begins with an example")
    for command, out in found:
        status, got, err = shell(command)
        t.ok(got == out and err == "", "README.md: %s" % command,
             lambda: difference(got, out), lambda: err)
    for line in code:
        # what stands behind the program's name up to the next command
        for part in re.findall(r"(?:^|[|&] *|^ +)cwsift\b([^|&#]*)", line):
            # behind -- is another program
            ours = re.sub(r"'[^']*'", "", part.partition(" -- ")[0])
            used = set(re.findall(r"(?<![\w-])(--?[A-Za-z][\w-]*)", ours))
            verb = [name for name in verbs() if ours.split()[:1] == [name]]
            known = help_options(verb[0]) if verb else options
            sets(t, used - spellings(known), set(),
                 "README.md's options exist: cwsift%s" % part)
    blocks = re.findall(r"(?:^(?:    .*)?\n)+", page, re.M)
    rules = [block for block in blocks if "    rules 1\n" in block]
    t.equal(len(rules), 1, "README.md has a rule file")
    for block in rules:
        try_rules(t, [line[4:] for line in block.strip("\n").split("\n")],
                  "README.md's rule file is right")
    for target in re.findall(r"\]\(([^):#]+)\)", page):
        t.ok(os.path.exists(os.path.join(ROOT, target)),
             "README.md's link exists: %s" % target)

    walk = page[page.index("\n## The way of one byte"):]
    walk = walk[:walk.index("\n## ", 1)]
    named = set()
    for word in re.findall(r"`([^`\s]+)`", walk):
        if not re.search(r"\.(c|h|1|sh)$", word):
            continue
        paths = glob.glob(os.path.join(FILTER, word))
        beside = glob.glob(os.path.join(ROOT, word))
        t.ok(paths or beside, "README.md's walk: %s exists" % word)
        named |= {os.path.relpath(path, FILTER) for path in paths}
    there = {os.path.relpath(path, FILTER) for path in
             glob.glob(os.path.join(FILTER, "**", "*.c"), recursive=True)}
    sets(t, {path for path in named if path.endswith(".c")}, there,
         "README.md's walk names every .c file")


def changelog(t):
    page = text("CHANGELOG.md")
    newest = re.search(r"^## (\S+?),? ", page, re.M).group(1)
    said = run(["--version"]).out.decode().split("\n")[0]
    t.equal("cwsift " + newest, said, "CHANGELOG.md begins with this version")
    manual = re.search(r"^\.Os (.*)$", text("filter", "cwsift.1"), re.M).group(1)
    t.equal(manual, said, "the manual is of this version")
    made = re.search(r"^VERSION = (.*)$", text("Makefile"), re.M).group(1)
    t.equal("cwsift " + made, said, "the Makefile says so, and so do the packages")


def contributing(t):
    """What it sends people to is there: files, functions, targets, cases."""
    page = text("CONTRIBUTING.md")
    targets = set(" ".join(re.findall(r"^([a-z][\w -]*):", text("Makefile"),
                                      re.M)).split())
    source = "".join(read(path).decode() for path in glob.glob(
        os.path.join(FILTER, "**", "*.c"), recursive=True))
    for word in sorted(set(re.findall(r"`([^`\s]+)`", page))):
        if word[0] in "/-" or re.search("[A-Z]{4}|X|x_|^abort", word):
            continue
        if re.search(r"\.(c|h|1|t|py|sh|md|rules)$|/$", word):
            t.ok(any(os.path.exists(os.path.join(top, word))
                     for top in (FILTER, ROOT)),
                 "CONTRIBUTING.md: %s exists" % word)
        elif word.endswith("()"):
            t.ok("\n" + word[:-1] in source,
                 "CONTRIBUTING.md: there is %s" % word)
    for words in re.findall(r"`make ([a-z0-9 -]+)`", page):
        sets(t, set(words.split()) - targets, set(),
             "CONTRIBUTING.md: make %s" % words)
    t.ok(os.path.isdir(os.path.join(TESTS, "cases",
                                    "from-help-lists-the-shapes")),
         "CONTRIBUTING.md: its case is there")


def main():
    need_program()
    t = Tap()
    options = help_options()
    manual = text("filter", "cwsift.1")
    t.ok(len(options) > 20, "--help lists options", repr(options))
    manual_options(t, manual, options)
    manual_verbs(t, manual)
    manual_shapes(t, manual)
    manual_rest(t, manual)
    examples(t, manual)
    bash(t, options)
    zsh(t, options)
    fish(t, options)
    readme(t, options)
    changelog(t)
    contributing(t)
    t.done()


main()
