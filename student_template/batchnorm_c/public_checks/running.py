"""Run the public checks: each function in a process of its own, which may crash or never end."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from .building import FILE, FOLDER, OURS, SOURCES, place

_KEPT = 1 << 18
_INDICES = "Which rows and columns are there? Indices begin at 0."
_FIELDS = ("status", "check", "what", "expected", "actual", "where", "hint")
_DEATHS = {
    "SIGSEGV": "it reads or writes where it has no memory",
    "SIGBUS": "it reads or writes where it has no memory",
    "SIGABRT": "it aborts",
    "SIGFPE": "it divides a whole number by 0",
    "SIGILL": "it runs into something that is no instruction",
    "SIGTRAP": "it runs into something that is no instruction",
}
_RUNTIME = re.compile(r"^(.+?):(\d+):\d+: runtime error: (.+)$", re.MULTILINE)
_ADDRESS = re.compile(r"ERROR: AddressSanitizer: (?:attempting )?([\w-]+)")
_ACCESS = re.compile(r"^(READ|WRITE) of size (\d+)", re.MULTILINE)
_FRAME = re.compile(r"^\s*#\d+ 0x[0-9a-f]+ in \w+ (.+?):(\d+)(?::\d+)?\s*$", re.MULTILINE)
_ASSERTION = re.compile(r"[Aa]ssertion.*", re.MULTILINE)
_LEAKED = re.compile(r"SUMMARY: AddressSanitizer: (\d+) byte\(s\) leaked in (\d+) allocation")
_OUTSIDE = {
    "heap-buffer-overflow": "outside of a matrix",
    "stack-buffer-overflow": "outside of an array",
    "global-buffer-overflow": "outside of an array",
    "dynamic-stack-buffer-overflow": "outside of an array",
    "stack-use-after-return": "in an array of a function that has returned",
    "stack-use-after-scope": "in an array of a block that has ended",
}
_OTHER = {
    "SEGV": "it reads or writes where it has no memory",
    "double-free": "it frees the same memory twice",
    "free": "it frees what is not to be freed",
    "stack-overflow": "arrays, or calls that call themselves, fill the stack",
}


@dataclass
class Ended:
    """How a run ended: results by check, the check that was running, why it ended, what it said."""

    results: list
    running: str
    why: str
    said: str


def run(program, arguments, seconds, watched=False):
    """Run the public checks of a function; the student's prints go nowhere."""
    environment = dict(os.environ)
    if watched:
        leaks = int(sys.platform == "linux")
        environment["ASAN_OPTIONS"] = f"detect_leaks={leaks}:exitcode=86"
        environment["UBSAN_OPTIONS"] = "print_stacktrace=1"
        environment["LSAN_OPTIONS"] = "exitcode=0"
    with tempfile.TemporaryDirectory(prefix="selfcheck-") as folder:
        lines = Path(folder, "lines")
        process = subprocess.Popen(
            [str(program), "--lines", str(lines), *arguments],
            cwd=FOLDER,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        said = []
        reader = threading.Thread(target=_drain, args=(process.stderr, said), daemon=True)
        reader.start()
        try:
            why = _why(process.wait(seconds))
        except subprocess.TimeoutExpired:
            why = f"stopped after {seconds:g} s without a result; look at your loops"
        finally:
            process.kill()
            process.wait()
            reader.join(1)
            if not reader.is_alive():  # a process that the student's code began may hold the pipe
                process.stderr.close()
        results, running = _read(lines)
        if running and not why:
            why = f"it ends the program (exit code {process.returncode})"
    return Ended(results, running, why, b"".join(said).decode("utf-8", "replace"))


def _drain(stream, said):
    """Keep the end of what comes."""
    for chunk in iter(lambda: stream.read1(1 << 16), b""):
        said[:] = [(b"".join(said) + chunk)[-_KEPT:]]


def _why(code):
    """Say why a process ended, or "" where it ended as it should."""
    if code in (0, 1):
        return ""
    if code < 0:
        name = signal.Signals(-code).name if -code in list(signal.Signals) else f"signal {-code}"
        return f"{_DEATHS.get(name, 'it was ended')} ({name})"
    return f"it ends the program (exit code {code})"


def _read(path):
    """Return the results that a program left, and the check that was running at its end or ""."""
    results, running = [], ""
    try:
        text = path.read_text("utf-8", errors="replace")
    except OSError:
        return [], ""
    for line in text.splitlines():
        values = line.split("\t")
        if values[0] == "running":
            running = values[-1]
        elif len(values) == len(_FIELDS):
            results.append(dict(zip(_FIELDS, values)))
            running = ""
    return results, running


def assertion(said):
    """Return the assertion that failed, or ""."""
    match = _ASSERTION.search(said)
    return match[0].strip()[:200] if match else ""


def finding(said):
    """Return what the sanitizers found, as (what, where, hint), or None."""
    runtime = _RUNTIME.search(said)
    if runtime:
        hint = _INDICES if re.search("index|load|store|pointer", runtime[3]) else ""
        return runtime[3].strip()[:200], place(runtime[1], runtime[2]), hint
    address = _ADDRESS.search(said)
    if not address:
        return None
    access = _ACCESS.search(said, address.end())
    kind, where = address[1], _frame(said[address.start() :])
    if not access:
        return _OTHER.get(kind, kind.replace("-", " ")), where, ""
    did = f"it {'reads' if access[1] == 'READ' else 'writes'} {access[2]} bytes"
    if kind == "heap-use-after-free":
        return f"{did} in memory that was freed", where, "Who frees a matrix, and when?"
    return f"{did} {_OUTSIDE.get(kind, f'({kind})')}", where, _INDICES


def _frame(said):
    """Return the innermost place in what the student wrote, else in what is given, or ""."""
    frames = [(Path(FOLDER, path).resolve(), line) for path, line in _FRAME.findall(said)]
    near = [each for each in frames if FOLDER in each[0].parents and OURS not in each[0].parents]
    own = [each for each in near if each[0].name not in SOURCES or each[0].name == FILE]
    return place(*(own or near)[0]) if near else ""


def leaks(said):
    """Return what was never freed, in words, or ""."""
    total = _LEAKED.search(said)
    if not total:
        return ""
    where = _frame(said[said.find("LeakSanitizer") :])
    return f"{total[1]} bytes are never freed" + (f" ({where})" if where else "")
