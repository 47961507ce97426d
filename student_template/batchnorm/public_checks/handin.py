"""The hand-in as the checks see it, and what became of each check."""

import fnmatch
import traceback
import warnings
from pathlib import Path

import numpy as np

from .assignment import FILES, REQUIRED

OURS = Path(__file__).resolve().parent
SCRIPT = OURS.with_name("selfcheck.py")
CHECKS = {name: [] for name in FILES}


class Wrong(Exception):
    """A check found a mistake: what, expected, actual, hint, where."""


class NotYet(Exception):
    """Something is not written yet."""


class HandIn:
    """What the student wrote, by name."""

    def __init__(self, root, stopped):
        self.root, self.stopped, self.names, self.broken = root, stopped, {}, {}

    def get(self, name):
        if name in self.stopped:
            raise NotYet(f"not checked, since it may use {name}")
        if name not in self.names:
            raise NotYet(f"{name} is not defined in {FILES[name]}")
        return self.names[name]

    def call(self, name, *arguments):
        """Call a function; what holds for every call is checked here."""
        given = [np.copy(each) if isinstance(each, np.ndarray) else each for each in arguments]
        try:
            result = self.get(name)(*given)
        except NotImplementedError as error:
            raise NotYet(f"{name} raises NotImplementedError") from error
        if result is None:
            raise NotYet(f"{name} returns None")
        for before, after in zip(arguments, given):
            if isinstance(before, np.ndarray) and not np.array_equal(before, after):
                hint = "Operators such as += and -= work in place: on whose array?"
                raise Wrong(f"{name} changes an array that it was given", "", "", hint)
        return result

    def line_of(self, error):
        """Return file and line where an exception left the student's code, or ''."""
        lines = [(each.filename, each.lineno) for each in traceback.extract_tb(error.__traceback__)]
        if isinstance(error, SyntaxError):
            lines.append((error.filename or "", error.lineno))
        for filename, line in reversed(lines):
            path = Path(filename)
            if self.root in path.parents and not is_ours(path):
                return f"{path.relative_to(self.root).as_posix()}, line {line}"
        return ""


def is_ours(path):
    """Return whether a file belongs to the self-check."""
    return path == SCRIPT or OURS in path.parents


def public(title, *functions):
    """Make it a check of each of the functions; it is called with what was handed in and a name."""

    def register(body):
        for name in functions:
            CHECKS[name].append((title, body))
        return body

    return register


def examine(hand_in, name, only, report):
    if FILES[name] in hand_in.broken:
        return result_of(name, "import", *hand_in.broken[FILES[name]])
    found = []
    for title, body in CHECKS[name]:
        if not matches(name, title, only):
            continue
        report({"running": name, "check": title})
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                body(hand_in, name)
        except NotYet as error:
            found.append(result_of(name, title, "not yet", str(error)))
        except Wrong as error:
            found.append(result_of(name, title, "wrong", *error.args))
        except NotImplementedError as error:
            where = hand_in.line_of(error)
            found.append(result_of(name, title, "not yet", f"NotImplementedError in {where}"))
        except (Exception, SystemExit) as error:
            where = hand_in.line_of(error)
            found.append(
                result_of(name, title, "wrong", f"it raises {words_of(error)}", where=where)
            )
    found.sort(key=lambda result: result["status"] != "wrong")  # a mistake says more
    return {**(found[0] if found else result_of(name, "", "passed")), "more": len(found[1:])}


def result_of(name, title, status, what="", expected="", actual="", hint="", where=""):
    result = {"function": name, "required": name in REQUIRED, "status": status, "check": title}
    result.update(what=what, expected=str(expected), actual=str(actual), where=where, hint=hint)
    return {**result, "more": 0}


def matches(name, title, only):
    names = (name.lower(), title.lower(), f"{name}: {title}".lower())
    return any(fnmatch.fnmatchcase(each, only.lower()) for each in names)


def words_of(error):
    """Return kind and message of an exception, in one line that harms no terminal."""
    message = error.msg if isinstance(error, SyntaxError) else error
    line = " ".join(f"{type(error).__name__}: {message}".split())
    return "".join(c if c.isprintable() else "?" for c in line)[:200]
