"""Check your work before you hand it in.

    python selfcheck.py                       everything, in a few seconds
    python selfcheck.py batchnorm_backward    one function, or several
    python selfcheck.py --only running        the checks with such a name
    python selfcheck.py --watch               again whenever you save a file; Ctrl-C ends it

It needs Python 3.9 or later and NumPy, and changes none of your files. What your code prints is
not shown. Exit code: 0 if all that is required passed, 1 if something is wrong or not written
yet, 2 if the command is not understood. What gives a bonus may be left out.
"""

import os
import sys

if sys.version_info < (3, 9):
    sys.exit("selfcheck.py needs Python 3.9 or later")
HERE = os.path.dirname(os.path.realpath(__file__))
if __name__ == "__main__":
    # Files beside this one may have the names of standard modules.
    sys.path[:] = [path for path in sys.path if os.path.realpath(path) != HERE]

import argparse
import contextlib
import fnmatch
import importlib
import inspect
import json
import queue
import re
import subprocess
import threading
import time
import traceback
import types
import warnings
from pathlib import Path

try:
    import numpy as np
except ImportError:
    sys.exit("selfcheck.py needs NumPy: python -m pip install numpy")

SELF = Path(__file__).resolve()
PACKAGES = ("cs231n", "cs682", "test")  # what courses call the folder of layers.py
REMINDER = "These are the public checks; the hidden ones run after you hand in."

# The assignment: where each file may lie, best first, and which functions it holds.
PLACES = {
    "layers.py": ("layers.py",),
    "fc_net.py": ("classifiers/fc_net.py", "clf/fc_net.py", "fc_net.py"),
}
NET = "FullyConnectedNet"
REQUIRED = ["batchnorm_forward", "batchnorm_backward", "batchnorm_backward_alt"]
REQUIRED += ["layernorm_forward", "layernorm_backward", NET]
BONUS = ["spatial_batchnorm_forward", "spatial_batchnorm_backward"]
BONUS += ["spatial_groupnorm_forward", "spatial_groupnorm_backward"]
FILES = {name: "fc_net.py" if name == NET else "layers.py" for name in REQUIRED + BONUS}
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
            if self.root in path.parents and path != SELF:
                return f"{path.relative_to(self.root).as_posix()}, line {line}"
        return ""


def check(folder, names=None, only="*", report=None, stopped=()):
    """Check the files in a folder, in this process; return a dict for each function.

    `report` is called before each check, and with each result. What had to be `stopped` before is
    not called again.
    """
    report, results = report or (lambda message: None), []
    with _imported(Path(folder).resolve(), stopped) as hand_in:
        for name in names or FILES:
            results.append(_examine(hand_in, name, only, report))
            report(results[-1])
    return results


def _examine(hand_in, name, only, report):
    if FILES[name] in hand_in.broken:
        return _result(name, "import", *hand_in.broken[FILES[name]])
    found = []
    for title, body in CHECKS[name]:
        if not _matches(name, title, only):
            continue
        report({"running": name, "check": title})
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                body(hand_in, name)
        except NotYet as error:
            found.append(_result(name, title, "not yet", str(error)))
        except Wrong as error:
            found.append(_result(name, title, "wrong", *error.args))
        except NotImplementedError as error:
            where = hand_in.line_of(error)
            found.append(_result(name, title, "not yet", f"NotImplementedError in {where}"))
        except (Exception, SystemExit) as error:
            where = hand_in.line_of(error)
            found.append(_result(name, title, "wrong", f"it raises {_words(error)}", where=where))
    found.sort(key=lambda result: result["status"] != "wrong")  # a mistake says more
    return {**(found[0] if found else _result(name, "", "passed")), "more": len(found[1:])}


def _result(name, title, status, what="", expected="", actual="", hint="", where=""):
    result = {"function": name, "required": name in REQUIRED, "status": status, "check": title}
    result.update(what=what, expected=str(expected), actual=str(actual), where=where, hint=hint)
    return {**result, "more": 0}


def _matches(name, title, only):
    names = (name.lower(), title.lower(), f"{name}: {title}".lower())
    return any(fnmatch.fnmatchcase(each, only.lower()) for each in names)


def _words(error):
    """Return kind and message of an exception, in one line that harms no terminal."""
    message = error.msg if isinstance(error, SyntaxError) else error
    line = " ".join(f"{type(error).__name__}: {message}".split())
    return "".join(c if c.isprintable() else "?" for c in line)[:200]


def _find(root, base, places):
    """Return the file nearest to the top; a folder with a course's name comes before others."""
    for folder, patterns in ((base, [""]), (root, ["", "*/", "*/*/"])):
        for above in patterns:
            found = [path for place in places for path in sorted(folder.glob(above + place))]
            found.sort(key=lambda path: not set(path.relative_to(root).parts) & set(PACKAGES))
            if found:
                return found[0]
    return None


def _in_the_way(error, *folders):
    """Say which files have the name of a standard module, if an exception tells of them, or ''."""
    known = getattr(sys, "stdlib_module_names", None)  # since 3.10
    known = known or {path.stem for path in Path(os.__file__).parent.iterdir()}
    known = {"numpy", *known, *sys.builtin_module_names}
    passed = {each.filename for each in traceback.extract_tb(error.__traceback__)}
    told = known.intersection(re.findall(r"\w+", str(error)))
    files = [path for folder in folders for path in folder.glob("*.py") if path.stem in known]
    found = {path.name for path in files if path.stem in told or str(path) in passed}
    if not found:
        return ""
    return f"; rename {', '.join(sorted(found))}: Python or NumPy has a module of that name"


@contextlib.contextmanager
def _imported(root, stopped):
    """Import the student's files anew, under every name that their folder may have."""
    hand_in, path_before = HandIn(root, stopped), list(sys.path)
    layers = _find(root, root, PLACES["layers.py"])
    base = layers.parent if layers else root
    packages = {*PACKAGES, *({base.name} - set(sys.modules))}
    shadowed = {name: sys.modules.pop(name) for name in packages if name in sys.modules}
    for name in packages:
        sys.modules[name] = types.ModuleType(name)
        sys.modules[name].__path__ = [str(base), str(root)]
    sys.path[:0] = [str(base), str(root)]
    importlib.invalidate_caches()
    try:
        for file, places in PLACES.items():
            path = _find(root, base, places)
            if path is None:
                hand_in.broken[file] = ("not yet", f"there is no {file}")
                continue
            inside = path.relative_to(base if base in path.parents else root).with_suffix("")
            try:
                module = importlib.import_module(".".join((PACKAGES[0], *inside.parts)))
                hand_in.names.update(vars(module))
            except (Exception, SystemExit) as error:
                what = f"{hand_in.line_of(error) or file}: {_words(error)}"
                what += _in_the_way(error, base, root)
                hand_in.broken[file] = ("wrong", what)
        yield hand_in
    finally:
        sys.path[:] = path_before
        for name, module in list(sys.modules.items()):
            file = Path(getattr(module, "__file__", None) or os.sep)
            if name.split(".")[0] in packages or (root in file.parents and file != SELF):
                del sys.modules[name]
        sys.modules.update(shadowed)


# The student's code runs in a process of its own: it may print, loop for ever, or end Python.


def _child(names, only, stopped):
    sent = os.fdopen(os.dup(1), "w", encoding="ascii")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)

    def report(message):
        sent.write(json.dumps(message) + "\n")
        sent.flush()

    check(SELF.parent, names, only, report, stopped)
    report({"end": True})


def _supervise(names, only, seconds):
    """Yield a result for each function, whatever the student's code does."""
    waiting, stopped = list(names), []
    while waiting:
        running, why = None, "Python itself ended here, by a crash or by a call that ends it"
        for message in _messages(waiting, only, seconds, stopped):
            if isinstance(message, str):
                why = message
            elif "end" in message:
                return
            elif "running" in message:
                running = message
            else:
                waiting.remove(message["function"])
                running = None
                yield message
        if running is None:  # while the files were imported
            yield from (_result(name, "import", "wrong", f"your files: {why}") for name in waiting)
            return
        name = running["running"]
        waiting.remove(name)
        stopped.append(name)
        yield _result(name, running["check"], "wrong", why)
        for other in [each for each in waiting if _may_use(each, name)]:
            waiting.remove(other)
            yield _result(other, "", "not yet", f"not checked, since it may use {name}")


def _may_use(name, other):
    """Return whether a function may call another one: no use in waiting for that again."""
    kind = other.split("_")[-2:]
    return name == NET or name.endswith(other) or (kind[-1] == "forward" and kind[0] in name)


def _messages(names, only, seconds, stopped):
    """Yield what a child process reports, and a sentence if it had to be stopped."""
    told = [f"--child={','.join(stopped)}", f"--only={only}"]
    command = [sys.executable, "-B", str(SELF), *told, *names]
    child = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    lines = queue.Queue()

    def read():
        for line in child.stdout:
            lines.put(line)
        lines.put(None)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        for line in iter(lambda: lines.get(timeout=seconds), None):
            yield json.loads(line)
    except queue.Empty:
        yield f"stopped after {seconds:g} s without a result; look at your loops"
    finally:
        child.kill()
        child.wait()
        reader.join(1)
        if not reader.is_alive():  # a process that the student's code began may hold the pipe
            child.stdout.close()


# The command line.

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
    for result in _supervise(options.functions, options.only, options.seconds):
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
    for folder, inner, files in os.walk(SELF.parent):
        inner[:] = [name for name in inner if name[0] not in "._" and name not in ("venv", "env")]
        for name in files:
            if name.endswith(".py"):
                with contextlib.suppress(OSError):  # an editor may just be replacing it
                    path = os.path.join(folder, name)
                    found[path] = os.stat(path).st_mtime_ns
    return found


def _options():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
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
    options.functions = [n for n in chosen if any(_matches(n, t, options.only) for t in titles[n])]
    if not options.functions:
        known = ", ".join(sorted({title for each in titles.values() for title in each}))
        parser.error(f"no check has the name {options.only}; there are: {known}")
    if not 0 < options.seconds <= 1e6:
        parser.error(f"--seconds {options.seconds:g}: more than 0 and at most a million")
    if options.json and not options.json.absolute().parent.is_dir():
        parser.error(f"there is no folder {options.json.absolute().parent}")
    return options


def main():
    """Run the command line; return the exit code."""
    options, code = _options(), 130
    if options.child is not None:
        return _child(options.functions, options.only, options.child.split(","))
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


# What the checks are made of.


def public(title, *functions):
    """Make it a check of each of the functions; it is called with what was handed in and a name."""

    def register(body):
        for name in functions:
            CHECKS[name].append((title, body))
        return body

    return register


def same(name, actual, expected, hint, tolerance=1e-8):
    """See that an array has the shape, dtype and values expected."""
    expected = np.asarray(expected, dtype=np.float64)
    if actual is None:
        raise NotYet(f"{name} is None")
    if np.shape(actual) != expected.shape:
        hint = "How many dimensions does it have? And which axis is which?"
        raise Wrong(f"{name} has another shape", expected.shape, np.shape(actual), hint)
    kind = np.asarray(actual).dtype
    if kind != np.float64:
        hint = "Which step makes another kind of number of it?"
        raise Wrong(f"{name} has another dtype", "float64, as the arguments", str(kind), hint)
    error = np.abs(actual - expected)
    error = np.where(np.isfinite(error), error, np.inf)
    if not np.all(error <= tolerance * max(1e-2, np.abs(expected).max())):
        at = np.unravel_index(np.argmax(error), error.shape)
        what = f"{name} is off" if np.all(np.isfinite(actual)) else f"{name} holds NaN or infinity"
        where = f"worst at [{', '.join(map(str, at))}]" if at else ""
        raise Wrong(what, f"{expected[at]:.7g}", f"{np.asarray(actual)[at]:.7g}", hint, where)


def kind_of(value):
    """Say in a few words what a function returned."""
    return f"{len(value)} values" if isinstance(value, (tuple, list)) else type(value).__name__


def out_and_cache(hand_in, name, *arguments):
    """Call a forward pass."""
    result = hand_in.call(name, *arguments)
    if not isinstance(result, tuple) or len(result) != 2:
        raise Wrong(f"{name} returns something else", "out, cache", kind_of(result))
    if result[0] is None:
        raise NotYet(f"{name} returns None for out")
    return result


def slope(f, x):
    """Return the numerical gradient of a function that gives a number."""
    gradient = np.zeros_like(x)
    for i in range(x.size):
        for step in (1e-5, -1e-5):
            moved = x.copy()
            moved.flat[i] += step
            gradient.flat[i] += f(moved) / (2 * step)
    return gradient


def draw(seed, *shape):
    return np.random.RandomState(seed).randn(*shape)


class Example:
    """Input of a layer that comes out as round numbers.

    What is normalized together holds -1, -1, -1 and 3 in turn, shuffled, so its mean is 0 and its
    variance 3: an eps of 1 makes the divisor 2.
    """

    def __init__(self, name):
        self.name, self.groups = name, "group" in name
        shape = {"batchnorm_forward": (3, 8), "layernorm_forward": (3, 8)}.get(name, (3, 16))
        rows, each = (4, 24) if self.groups else shape
        order = [np.random.RandomState(row).permutation(each) for row in range(rows)]
        sets = np.resize([-1.0, -1.0, -1.0, 3.0], each)[np.array(order)]
        self.x = self.laid_out(sets)
        self.level = self.laid_out(np.outer([2.0, -1, 10, 0][:rows], np.ones(each)))
        self.scale = self.laid_out(np.outer([1.0, 2, 0.5, 3][:rows], np.ones(each)))
        size = {"layernorm_forward": (8,), "spatial_groupnorm_forward": (1, 6, 1, 1)}
        self.gamma = 2 * draw(5, *size.get(name, (3,))) + 1
        self.beta = draw(6, *size.get(name, (3,)))
        self.wide = (slice(None), None, None) if name == "spatial_batchnorm_forward" else ()

    def laid_out(self, sets):
        """Put each row of numbers where the layer normalizes them together."""
        if self.name == "layernorm_forward":
            return sets
        if self.name == "batchnorm_forward":
            return sets.T.copy()
        if not self.groups:
            return np.stack([each.reshape(2, 2, 4) for each in sets], axis=1)
        x = np.empty((2, 6, 2, 4))
        for row, each in enumerate(sets):
            first = 3 * (row % 2)
            x[row // 2, first : first + 3] = each.reshape(3, 2, 4)
        return x

    def out(self, x_hat):
        return self.gamma[self.wide] * x_hat + self.beta[self.wide]

    def run(self, hand_in, x, param, gamma=None, beta=None):
        gamma, beta = (self.gamma, self.beta) if gamma is None else (gamma, beta)
        return out_and_cache(hand_in, self.name, x, gamma, beta, *tail(self.name, param))[0]


def tail(name, param):
    """Return the last arguments of a forward pass."""
    return (2, param) if "group" in name else (param,)


# The checks of layers.

BATCH = ("batchnorm_forward", "spatial_batchnorm_forward")
ALONE = ("layernorm_forward", "spatial_groupnorm_forward")
AXIS = "Which numbers share a mean and a variance, and how many are they?"
KEEP = "What does the old value count, what the batch? Look at what is in bn_param after the call."
TESTING = "Which mean, variance and eps belong here? What happens after the division?"
EPS = "Where does the paper add eps, and where does yours come from?"


@public("gamma 1, beta 0", *BATCH, *ALONE)
def normalized(hand_in, name):
    e = Example(name)
    param = {"mode": "train", "eps": 1e-14}
    one, zero = np.ones_like(e.gamma), np.zeros_like(e.gamma)
    same("out", e.run(hand_in, e.x * e.scale + e.level, param, one, zero), e.x / 3**0.5, AXIS)


@public("gamma and beta", *BATCH, *ALONE)
def scaled(hand_in, name):
    e = Example(name)
    out = e.run(hand_in, e.x + e.level, {"mode": "train", "eps": 1e-14})
    same("out", out, e.out(e.x / 3**0.5), "What are gamma and beta for, and in which order?")


@public("eps", *BATCH, *ALONE)
def guarded(hand_in, name):
    e = Example(name)
    mode = {"mode": "train"} if name in BATCH else {}
    same("out", e.run(hand_in, e.x, {"eps": 1.0, **mode}), e.out(e.x / 2), EPS)
    same("out for small x", e.run(hand_in, e.x * 1e-5**0.5, dict(mode)), e.out(e.x / 2), EPS)
    hint = "What is the variance of numbers that are all the same?"
    same("out for constant x", e.run(hand_in, e.level, dict(mode)), e.out(0 * e.x), hint)


@public("running statistics", *BATCH)
def running(hand_in, name):
    e = Example(name)
    x = e.x * e.scale + e.level  # means 2, -1, 10; variances 3, 12, 0.75
    cases = {
        "after one batch": (1, {}, [0.2, -0.1, 1], [0.3, 1.2, 0.075]),
        "after three batches, momentum 0.5": (
            3, {"momentum": 0.5}, [1.75, -0.875, 8.75], [2.625, 10.5, 0.65625],
        ),
        "from given values, momentum 0.75": (
            1, {"momentum": 0.75, "running_mean": np.array([4.0, 0, -2]),
                "running_var": np.array([1.0, 4, 3])},
            [3.5, -0.25, 1], [1.5, 6, 2.4375],
        ),
    }  # fmt: skip
    for when, (batches, more, *wanted) in cases.items():
        param = {"mode": "train", **more}
        for _ in range(batches):
            e.run(hand_in, x, param)
        for key, expected in zip(("running_mean", "running_var"), wanted):
            if param.get(key) is None:
                raise Wrong(f"bn_param holds no {key} after training", key, sorted(param), KEEP)
            same(f"{key} {when}", np.ravel(param[key]), expected, KEEP)


@public("test mode", *BATCH)
def tested(hand_in, name):
    e = Example(name)
    kept = {"running_mean": np.array([1.0, -2, 0.5]), "running_var": np.array([3.0, 8, 15])}
    x = (e.x + 4) * np.array([2.0, 3, 4])[e.wide] + kept["running_mean"][e.wide]
    for batch in (slice(None), slice(0, 1)):
        param = {"mode": "test", "eps": 1.0, **{key: kept[key].copy() for key in kept}}
        out = e.run(hand_in, x[batch], param)
        same("out", out, e.out(e.x + 4)[batch], TESTING)
        for key in kept:
            hint = "What may testing leave behind?"
            same(f"{key} after testing", np.ravel(param[key]), kept[key], hint)
    param = {"mode": "test", "running_mean": np.zeros(3), "running_var": np.full(3, 3e-5)}
    same("out for a small variance", e.run(hand_in, e.x * 4e-5**0.5, param), e.out(e.x), TESTING)


@public("unknown mode", *BATCH)
def refused(hand_in, name):
    e, found = Example(name), "it is accepted"
    try:
        hand_in.get(name)(e.x.copy(), e.gamma, e.beta, {"mode": "validate"})
    except (ValueError, NotYet, NotImplementedError) as error:
        if isinstance(error, ValueError):
            return
        raise
    except Exception as error:
        found = _words(error)
    raise Wrong("the mode 'validate' is not refused as it should be", "ValueError", found,
                "What happens to a mode that is neither of the two?")  # fmt: skip


@public("each example by itself", *ALONE)
def independent(hand_in, name):
    e, param = Example(name), {"eps": 1.0, "mode": "train"}
    hint = "What does this layer know of other examples, and of earlier calls?"
    for _ in range(2):
        out = e.run(hand_in, e.x[:1] + e.level[:1], param)
        same("out of one example alone", out, e.out(e.x / 2)[:1], hint)
        param["mode"] = "test"


WAYS = {
    "dx": "x reaches the output on more than one way. Does each have its part, and its share?",
    "dgamma": "What is gamma multiplied with? Every number that it touches counts.",
    "dbeta": "Every number that beta touches counts.",
}
BACKWARD = [name for name in FILES if "backward" in name]


def gradients(hand_in, name, dout, cache):
    found = hand_in.call(name, dout, cache)
    if not isinstance(found, (tuple, list)) or len(found) != 3:
        raise Wrong(f"{name} returns something else", "dx, dgamma, dbeta", kind_of(found))
    return dict(zip(WAYS, found))


def case(name, number):
    """Return the arguments of a forward pass; sizes differ, so that no axis passes for another."""
    shape = ((5, 3), (3, 7))[number]
    if "spatial" in name:
        shape = ((2, 6, 2, 3), (3, 4, 1, 2))[number] if "group" in name else (2 + number, 3, 2, 4)
    size = (1, shape[1], 1, 1) if "group" in name else (shape[1],)
    x = draw(number, *shape) * (2, 0.5)[number] + 1
    return [x, draw(3, *size) + 0.5, draw(4, *size)], ({}, {"eps": 0.5})[number]


@public("gradients", *BACKWARD)
def differentiated(hand_in, name):
    forward = name.split("_backward")[0] + "_forward"
    for number in (0, 1):
        arguments, eps = case(name, number)

        def run(*changed):
            return out_and_cache(hand_in, forward, *changed, *tail(name, {"mode": "train", **eps}))

        out, cache = run(*arguments)
        dout = draw(9, *arguments[0].shape)
        found = gradients(hand_in, name, dout, cache)
        for i, way in enumerate(WAYS):

            def objective(value, i=i):
                return np.sum(run(*arguments[:i], value, *arguments[i + 1 :])[0] * dout)

            expected = slope(objective, arguments[i])
            hint = "Is it the derivative of your own forward pass? " + WAYS[way]
            same(way, found[way], expected, hint, 1e-6)


@public("caches", *BACKWARD)
def repeated(hand_in, name):
    forward, (arguments, eps) = name.split("_backward")[0] + "_forward", case(name, 0)
    _, cache = out_and_cache(hand_in, forward, *arguments, *tail(name, {"mode": "train", **eps}))
    dout = draw(9, *arguments[0].shape)
    first = {way: np.array(each) for way, each in gradients(hand_in, name, dout, cache).items()}
    other = [arguments[0][::-1] ** 2, *arguments[1:]]
    out_and_cache(hand_in, forward, *other, *tail(name, {"mode": "train", **eps}))
    hint = "Does all that it uses come from this cache, and stay in it as it was?"
    for way, again in gradients(hand_in, name, dout, cache).items():
        same(f"{way} of a second call with the same cache", again, first[way], hint)


@public("as batchnorm_backward", "batchnorm_backward_alt")
def alternative(hand_in, name):
    try:
        differentiated(hand_in, "batchnorm_backward")
    except Exception:
        return  # nothing to compare with
    arguments, eps = case(name, 1)
    _, cache = out_and_cache(hand_in, "batchnorm_forward", *arguments, {"mode": "train", **eps})
    dout = draw(8, *arguments[0].shape)
    staged = gradients(hand_in, "batchnorm_backward", dout, cache)
    for way, found in gradients(hand_in, name, dout, cache).items():
        same(way, found, staged[way], "It gets the same cache. What does it do with it?")


# The checks of the network.

SIZES, LABELS = (6, 5, 4, 3), np.array([0, 2, 1, 1, 2, 0, 0])
PIXELS = draw(20, 7, 2, 3)
NORMS = (None, "batchnorm", "layernorm")


def network(hand_in, norm, sizes=SIZES, **options):
    """Build a network of float64 with layers of these sizes."""
    options = {"input_dim": sizes[0], "num_classes": sizes[-1], "dtype": np.float64, **options}
    build = hand_in.get(NET)
    takes = inspect.signature(build).parameters
    if "normalization" in takes or "use_batchnorm" not in takes:
        options["normalization"] = norm
    elif norm == "layernorm":
        raise NotYet(f"{NET} has no normalization='layernorm', only the flag use_batchnorm")
    else:
        options["use_batchnorm"] = norm == "batchnorm"
    net = build(list(sizes[1:-1]), **options)
    if not isinstance(getattr(net, "params", None), dict):
        raise NotYet("FullyConnectedNet sets up no params")
    return net


def settle(net, **fixed):
    """Give every parameter values that do not depend on who wrote the network; return it."""
    for i, key in enumerate(sorted(net.params)):
        value = draw(30 + i, *np.shape(net.params[key])) + key.startswith("gamma")
        net.params[key] = np.array(fixed.get(key, value), dtype=np.float64)
    return net


def step(net, x, y):
    """Return the loss and the gradients of one training step."""
    result = net.loss(x.copy(), y)
    if result is None:
        raise NotYet("FullyConnectedNet.loss returns None")
    if not isinstance(result, tuple) or len(result) != 2:
        raise Wrong("loss with labels returns something else", "loss, grads", kind_of(result))
    return float(result[0]), result[1]


def score(net, x):
    scores = net.loss(x.copy())
    if scores is None:
        raise NotYet("FullyConnectedNet.loss returns None without labels")
    last = sum(key[0] == "W" for key in net.params)
    wanted = (len(x), len(net.params[f"b{last}"]))
    if np.shape(scores) != wanted:
        raise Wrong("scores have another shape", wanted, np.shape(scores))
    return scores


def surprise(scores, y):
    """Return the mean of -log of the probability of each label."""
    return float(np.mean([np.log(np.exp(s - s[label]).sum()) for s, label in zip(scores, y)]))


def keys_are(what, found, expected, hint):
    if set(found) != set(expected):
        raise Wrong(what, ", ".join(sorted(expected)), ", ".join(sorted(found)), hint)


@public("parameters", NET)
def parameters(hand_in, name):
    for norm in NORMS:
        net, expected = network(hand_in, norm), {}
        for i in (1, 2, 3):
            expected[f"W{i}"], expected[f"b{i}"] = SIZES[i - 1 : i + 1], np.zeros(SIZES[i])
            if norm and i < 3:
                expected[f"gamma{i}"], expected[f"beta{i}"] = np.ones(SIZES[i]), np.zeros(SIZES[i])
        hint = "Which layers have a normalization?"
        keys_are(f"params with normalization={norm!r}", net.params, expected, hint)
        for key, value in net.params.items():
            if key[0] != "W":
                same(key, value, expected[key], "With which values does it begin?")
            elif np.shape(value) != expected[key]:
                raise Wrong(f"{key} has another shape", expected[key], np.shape(value))


@public("initial weights", NET)
def initial(hand_in, name):
    for scale in (0.3, 0.02):
        w = network(hand_in, None, (50, 60, 4), weight_scale=scale).params["W1"] / scale
        if not (abs(w.mean()) < 0.1 and abs(w.std() - 1) < 0.1):
            found = f"mean {w.mean() * scale:.2g}, deviation {w.std() * scale:.2g}"
            hint = "Which distribution, and what sets its width?"
            raise Wrong("W1 is drawn from elsewhere", f"mean 0, deviation {scale}", found, hint)
    loss = step(network(hand_in, None, weight_scale=1e-4), PIXELS, LABELS)[0]
    same("the first loss with 3 classes", loss, np.log(3), "All classes are alike then.", 1e-3)


def descends(norm):
    @public(f"gradients, normalization={norm!r}", NET)
    def network_differentiated(hand_in, name):
        net = settle(network(hand_in, norm, reg=0.4))
        grads = step(net, PIXELS, LABELS)[1]
        keys_are("the keys of grads", grads, net.params, "One for each parameter.")
        for key in sorted(net.params):
            kept = net.params[key]

            def objective(value, key=key):
                net.params[key] = value
                return step(net, PIXELS, LABELS)[0]

            expected = slope(objective, kept)
            net.params[key] = kept
            hint = "Go back through the layers in reverse. What does the loss add for this one?"
            same(f"grads['{key}']", grads[key], expected, hint, 1e-6)


for _norm in NORMS:
    descends(_norm)


@public("regularization", NET)
def regularized(hand_in, name):
    for norm in NORMS:
        losses = [step(settle(network(hand_in, norm, reg=r)), PIXELS, LABELS)[0] for r in (0, 1.5)]
        params = settle(network(hand_in, norm)).params
        squares = [np.sum(params[key] ** 2) for key in params if key[0] == "W"]
        what = f"what reg=1.5 adds to the loss with normalization={norm!r}"
        hint = "Which parameters does the docstring name, and which factor?"
        same(what, losses[1] - losses[0], 0.75 * sum(squares), hint)


@public("order of the layers", NET)
def ordered(hand_in, name):
    for norm in NORMS:
        for sign in (1, -1):
            net = network(hand_in, norm, (6, 5, 5))
            settle(net, W2=sign * np.eye(5), b2=np.zeros(5))
            step(net, PIXELS, LABELS)
            scores = score(net, PIXELS)
            low, high = (sign * scores).min(), (sign * scores).max()
            if not (low >= 0 and high > 0):
                raise Wrong(
                    f"scores, normalization={norm!r}, the last W {sign:+d} times the identity",
                    f"{'>' if sign > 0 else '<'}= 0, and not all of them 0",
                    f"{scores.min():.4g} to {scores.max():.4g}",
                    "What comes right before the last affine layer, and what after it?",
                )


@public("which numbers are normalized", NET)
def alike(hand_in, name):
    net = settle(network(hand_in, "batchnorm"), b1=np.zeros(5))
    before = step(net, 1e3 * PIXELS, LABELS)[0]
    net.params["W1"] = net.params["W1"] * [1, 2, 3, 4, 5]
    hint = "In training each feature is normalized over the batch, whatever its scale."
    same("the loss with other scales in W1", step(net, 1e3 * PIXELS, LABELS)[0], before, hint, 1e-4)
    net = settle(network(hand_in, "layernorm"), b1=np.zeros(5))
    alone = [step(net, 1e3 * x[None], y[None])[0] for x, y in zip(PIXELS, LABELS)]
    scaled = PIXELS * 1e3 * np.arange(1, 8)[:, None, None]
    hint = "Layer norm looks at one example at a time, whatever its scale."
    same("the loss with layernorm", step(net, scaled, LABELS)[0], np.mean(alone), hint, 1e-4)


@public("testing", NET)
def network_tested(hand_in, name):
    for norm in NORMS:
        net = settle(network(hand_in, norm, (6, 5, 5, 3)))
        losses = [step(net, PIXELS, LABELS)[0] for _ in range(130 if norm else 1)]
        scores = score(net, PIXELS)
        what = f"normalization={norm!r}"
        hint = "What does loss return without labels? Which statistics have its layers gathered?"
        same(
            f"scores of one example alone, {what}",
            score(net, PIXELS[:1]),
            scores[:1],
            "Which mode is it in?",
        )
        same(
            f"the loss that the scores give, {what}",
            surprise(scores, LABELS),
            losses[-1],
            hint,
            1e-5,
        )
        again, hint = step(net, PIXELS, LABELS)[0], "What does a test leave behind?"
        same(f"the training loss after a test, {what}", again, losses[-1], hint)


if __name__ == "__main__":
    sys.exit(main())
