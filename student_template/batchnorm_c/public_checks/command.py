"""The command line of selfcheck.py."""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from .building import FILE, FUNCTIONS, BuildError, build, find_compiler
from .running import assertion, finding, leaks, run

REMINDER = "These are the public checks; the hidden ones run after you hand in."
COLOURS = {"passed": "32", "wrong": "31", "not yet": "33", "warning": "33", "leak": "33"}
_ORDER = ("passed", "not yet", "wrong")
_FORWARD = {"mean", "variance", "normalize"}


def result_of(name, check, status, what="", where="", hint=""):
    """Return the result of a check that says nothing of numbers."""
    found = {"function": name, "required": True, "status": status, "check": check, "what": what}
    return {**found, "expected": "", "actual": "", "where": where, "hint": hint, "more": 0}


class SelfCheck:
    """One round: what was found, told as it is found."""

    def __init__(self, options, colour):
        self.options, self.colour = options, colour
        self.results, self.warnings, self.leaks = [], [], []
        self.watched = False
        self._crashed = set()

    def check(self, compiler):
        """Build, and check every function."""
        with tempfile.TemporaryDirectory(prefix="selfcheck-") as folder:
            try:
                built = build(compiler, Path(folder))
            except BuildError as error:
                self._tell_errors(error.args)
                return
            self.watched = built.checked is not None
            for where, what in built.warnings:
                self.warnings.append(f"{where}: {what}" if where else what)
                self._say("warning", self.warnings[-1])
            for name in self.options.functions:
                self.results.append(self._examine(name, built))
                self._show(self.results[-1])
        for leak in self.leaks:
            self._say("leak", leak)

    def _tell_errors(self, errors):
        self._say("wrong", f"{FILE} cannot be built")
        for where, what in errors:
            print(f"         {where}: {what}" if where else f"         {what}")
        where, what = errors[0]
        hint = "Begin with the first error; others may follow from it."
        for name in self.options.functions:
            self.results.append(result_of(name, "build", "wrong", what, where, hint))

    def _examine(self, name, built):
        """Return the worst result of a function, first as it is, then watched by sanitizers."""
        # Where the forward pass ends the program, no gradient can be compared with it.
        arguments = [name] if name in _FORWARD or not self._crashed else [name, "--no-gradients"]
        ended = run(built.plain, arguments, self.options.seconds)
        watched = built.checked and run(built.checked, arguments, self.options.seconds, True)
        if ended.why and name in _FORWARD:
            self._crashed.add(name)
        fields = {"function": name, "required": True, "more": 0}
        found = [{**fields, **each} for each in ended.results]
        memory = watched and finding(watched.said)
        if memory:
            check = "sanitizers" + (f", {watched.running}" if watched.running else "")
            found.insert(0, result_of(name, check, "wrong", *memory))
        elif ended.why:
            failed = assertion(ended.said)
            why = f"an assertion fails: {failed}" if failed else ended.why
            found.append(result_of(name, ended.running, "wrong", why))
        elif watched and watched.why:
            found.append(result_of(name, f"sanitizers, {watched.running}", "wrong", watched.why))
        if watched and leaks(watched.said):
            self.leaks.append(f"{name}: {leaks(watched.said)}")
        found.sort(key=lambda result: _ORDER.index(result["status"]), reverse=True)
        worst = found[0] if found else result_of(name, "", "wrong", "it ends the program")
        worst["more"] = sum(each["status"] == "wrong" for each in found[1:])
        return worst

    def _say(self, status, text):
        code = COLOURS[status]
        before, after = (f"\033[{code}m", "\033[0m") if self.colour else ("", "")
        print(f"{before}{status:<8}{after} {text}", flush=True)

    def _show(self, result):
        status, name = result["status"], result["function"]
        self._say(status, f"{name}: {result['what']}" if status == "not yet" else name)
        if status == "wrong":
            for key in ("check", "what", "expected", "actual", "where", "hint"):
                if result[key]:
                    print(f"         {key:<8}  {result[key]}")
            if result["more"]:
                print(f"         and {result['more']} more of its checks are not passed")
        sys.stdout.flush()


def _has_colour(refused):
    plain = refused or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    if plain or not sys.stdout.isatty() or os.name != "nt":
        return not plain and sys.stdout.isatty()
    import ctypes

    console, mode = ctypes.windll.kernel32, ctypes.c_ulong()
    handle = console.GetStdHandle(-11)  # standard output; bit 2 of its mode is for colours
    known = console.GetConsoleMode(handle, ctypes.byref(mode))
    return bool(known and console.SetConsoleMode(handle, mode.value | 4))


def _options(description):
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("functions", nargs="*", metavar="FUNCTION", help=", ".join(FUNCTIONS))
    parser.add_argument("--no-colour", "--no-color", action="store_true", help="plain text")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there, too")
    parser.add_argument("--seconds", type=float, default=10, help="for each function; default: 10")
    options = parser.parse_args()
    for name in options.functions:
        if name not in FUNCTIONS:
            parser.error(f"{name} is none of the functions: {', '.join(FUNCTIONS)}")
    options.functions = [name for name in FUNCTIONS if name in (options.functions or FUNCTIONS)]
    if not 0 < options.seconds <= 1e6:
        parser.error(f"--seconds {options.seconds:g}: more than 0 and at most a million")
    if options.json and not options.json.absolute().parent.is_dir():
        parser.error(f"there is no folder {options.json.absolute().parent}")
    return options


def _write(path, check, passed):
    content = {"selfcheck": 1, "passed": passed, "note": REMINDER, "functions": check.results}
    content.update(warnings=check.warnings, leaks=check.leaks, sanitizers=check.watched)
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    os.replace(part, path)


def main(description):
    """Run the command line; return the exit code."""
    options = _options(description)
    sys.stdout.reconfigure(errors="replace")
    try:
        compiler = find_compiler()
    except LookupError as error:
        print(f"selfcheck.py: {error}", file=sys.stderr)
        return 1
    check = SelfCheck(options, _has_colour(options.no_colour))
    try:
        check.check(compiler)
    except KeyboardInterrupt:
        print()
        return 130
    passed = all(each["status"] == "passed" for each in check.results)
    count = sum(each["status"] == "passed" for each in check.results)
    print(f"\n{count} of {len(check.results)} functions passed.")
    if not check.watched and not any(each["check"] == "build" for each in check.results):
        print("Memory was not watched: this compiler has no sanitizers.")
    print(REMINDER, flush=True)
    if options.json:
        _write(options.json, check, passed)
    return 0 if passed else 1
