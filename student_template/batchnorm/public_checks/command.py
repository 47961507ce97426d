"""The command line of selfcheck.py."""

import argparse
import contextlib
import json
import os
import sys
import time
from pathlib import Path

from .assignment import FILES
from .handin import CHECKS, SCRIPT, matches
from .supervise import child, supervise

REMINDER = "These are the public checks; the hidden ones run after you hand in."


COLOURS = {"passed": "32", "wrong": "31", "not yet": "33"}


def _has_colour(refused):
    plain = refused or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    if plain or not sys.stdout.isatty() or os.name != "nt":
        return not plain and sys.stdout.isatty()
    import ctypes

    console, mode = ctypes.windll.kernel32, ctypes.c_ulong()
    handle = console.GetStdHandle(-11)  # standard output; bit 2 of its mode is for colours
    known = console.GetConsoleMode(handle, ctypes.byref(mode))
    return bool(known and console.SetConsoleMode(handle, mode.value | 4))


def _show(result, colour, told):
    """Print a result; a file that cannot be imported is told of once."""
    status, what = result["status"], result["what"]
    imports = result["check"] == "import"
    if imports and what in told:
        return
    told.add(what)
    name = "import" if imports else result["function"]
    if not result["required"] and not imports:
        name += " (bonus)"
    before, after = (f"\033[{COLOURS[status]}m", "\033[0m") if colour else ("", "")
    if imports or status == "not yet":
        name += ": " + what.removeprefix(result["function"] + " ")
    print(f"{before}{status:<8}{after} {name}")
    if status == "wrong" and not imports:
        for key in ("check", "what", "expected", "actual", "where", "hint"):
            if result[key]:
                print(f"         {key:<8}  {result[key]}")
        if result["more"]:
            print(f"         and {result['more']} more of its checks are not passed")


def _run(options, colour):
    """Check everything once; return the exit code."""
    results, told = [], set()
    for result in supervise(options.functions, options.only, options.seconds):
        results.append(result)
        _show(result, colour, told)
        sys.stdout.flush()
    counts = [each["status"] == "passed" for each in results if each["required"]]
    good = all(
        each["status"] == "passed" or (each["status"] == "not yet" and not each["required"])
        for each in results
    )
    if counts:
        print(f"\n{sum(counts)} of {len(counts)} required functions passed.")
    print(REMINDER, flush=True)
    if options.json:
        content = {"selfcheck": 1, "passed": good, "note": REMINDER, "functions": results}
        part = options.json.with_name(options.json.name + ".part")
        part.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        os.replace(part, options.json)
    return 0 if good else 1


def _saved():
    """Return when each Python file here was last saved."""
    found = {}
    for folder, inner, files in os.walk(SCRIPT.parent):
        inner[:] = [name for name in inner if name[0] not in "._" and name not in ("venv", "env")]
        for name in files:
            if name.endswith(".py"):
                with contextlib.suppress(OSError):  # an editor may just be replacing it
                    path = os.path.join(folder, name)
                    found[path] = os.stat(path).st_mtime_ns
    return found


def _options(description):
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("functions", nargs="*", metavar="FUNCTION", help=", ".join(FILES))
    parser.add_argument("--only", default="*", metavar="PATTERN", help="checks with such a name")
    parser.add_argument("--watch", action="store_true", help="check again when a file is saved")
    parser.add_argument("--no-colour", "--no-color", action="store_true", help="plain text")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there, too")
    parser.add_argument("--seconds", type=float, default=10, help="for each check; default: 10")
    parser.add_argument("--child", metavar="STOPPED", help=argparse.SUPPRESS)
    options = parser.parse_args()
    for name in options.functions:
        if name not in FILES:
            parser.error(f"{name} is none of the functions: {', '.join(FILES)}")
    if not set("*?[") & set(options.only):
        options.only = f"*{options.only}*"
    chosen = [name for name in FILES if name in (options.functions or FILES)]
    titles = {name: [title for title, _ in CHECKS[name]] for name in chosen}
    options.functions = [n for n in chosen if any(matches(n, t, options.only) for t in titles[n])]
    if not options.functions:
        known = ", ".join(sorted({title for each in titles.values() for title in each}))
        parser.error(f"no check has the name {options.only}; there are: {known}")
    if not 0 < options.seconds <= 1e6:
        parser.error(f"--seconds {options.seconds:g}: more than 0 and at most a million")
    if options.json and not options.json.absolute().parent.is_dir():
        parser.error(f"there is no folder {options.json.absolute().parent}")
    return options


def main(description):
    """Run the command line; return the exit code."""
    options, code = _options(description), 130
    if options.child is not None:
        return child(options.functions, options.only, options.child.split(","))
    sys.stdout.reconfigure(errors="replace")
    colour = _has_colour(options.no_colour)
    try:
        while True:
            saved = _saved()
            code = _run(options, colour)
            if not options.watch:
                return code
            print("Waiting until you save a file; Ctrl-C ends this.", flush=True)
            while _saved() == saved:
                time.sleep(0.3)
            print()
    except KeyboardInterrupt:
        print()
        return code
