"""The student's code in a process of its own: it may print, loop for ever, or end Python."""

import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path

from . import layer_checks, network_checks  # they add themselves to CHECKS
from .assignment import FILES, NET
from .handin import SCRIPT, examine, result_of
from .loading import imported


def check(folder, names=None, only="*", report=None, stopped=()):
    """Check the files in a folder, in this process; return a dict for each function.

    `report` is called before each check, and with each result. What had to be `stopped` before is
    not called again.
    """
    report, results = report or (lambda message: None), []
    with imported(Path(folder).resolve(), stopped) as hand_in:
        for name in names or FILES:
            results.append(examine(hand_in, name, only, report))
            report(results[-1])
    return results


def child(names, only, stopped):
    sent = os.fdopen(os.dup(1), "w", encoding="ascii")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)

    def report(message):
        sent.write(json.dumps(message) + "\n")
        sent.flush()

    check(SCRIPT.parent, names, only, report, stopped)
    report({"end": True})


def supervise(names, only, seconds):
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
            yield from (
                result_of(name, "import", "wrong", f"your files: {why}") for name in waiting
            )
            return
        name = running["running"]
        waiting.remove(name)
        stopped.append(name)
        yield result_of(name, running["check"], "wrong", why)
        for other in [each for each in waiting if _may_use(each, name)]:
            waiting.remove(other)
            yield result_of(other, "", "not yet", f"not checked, since it may use {name}")


def _may_use(name, other):
    """Return whether a function may call another one: no use in waiting for that again."""
    kind = other.split("_")[-2:]
    return name == NET or name.endswith(other) or (kind[-1] == "forward" and kind[0] in name)


def _messages(names, only, seconds, stopped):
    """Yield what a child process reports, and a sentence if it had to be stopped."""
    told = [f"--child={','.join(stopped)}", f"--only={only}"]
    command = [sys.executable, "-B", str(SCRIPT), *told, *names]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    lines = queue.Queue()

    def read():
        for line in process.stdout:
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
        process.kill()
        process.wait()
        reader.join(1)
        if not reader.is_alive():  # a process that the student's code began may hold the pipe
            process.stdout.close()
