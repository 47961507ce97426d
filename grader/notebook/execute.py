"""Execute an untrusted notebook, cell by cell, in a kernel behind walls.

Whatever a cell does, the others get their turn: it is interrupted when it takes too long or shows
too much. Only a kernel that is gone, or that no interrupt reaches, ends the notebook early.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import nbformat
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode

from grader.core.errors import SandboxError
from grader.notebook.client import BoundedClient
from grader.notebook.execution import (
    INPUT_REFUSED,
    OUT_OF_MEMORY,
    CellRun,
    CellStatus,
    Execution,
    NotebookLimits,
)
from grader.notebook.relative import name_relatively
from grader.sandbox.kernel import WalledKernelManager
from grader.sandbox.kernel_plan import KernelPlan, Surroundings
from grader.sandbox.kernel_policy import KernelLimits

_FILES_SECONDS = 0.5
_SETTLE_SECONDS = 0.3


def execute(
    notebook: Mapping[str, Any],
    files: Mapping[str, bytes],
    around: Surroundings,
    limits: NotebookLimits | None = None,
    progress: Callable[[CellRun], None] | None = None,
) -> Execution:
    """Execute all code cells of a notebook (format 4) in order; the notebook is not changed.

    The kernel's working folder holds `files` (relative path -> content) and nothing else.
    `progress` is called after each code cell. Must not be called where an event loop runs.

    Raises SandboxError when the kernel could not be started: that is never the student's fault.
    """
    bounds = limits or NotebookLimits()
    taken = sum(map(len, files.values()))
    kernel_limits = KernelLimits(
        bounds.memory_bytes,
        bounds.file_bytes + taken,
        bounds.file_count + len(files),
        bounds.total_seconds,
    )
    plan = KernelPlan(around, files, kernel_limits)
    return asyncio.run(_execute(_blank_copy(notebook), plan, bounds, progress))


def _blank_copy(notebook: Mapping[str, Any]) -> NotebookNode:
    """Return a copy without outputs: what was shown elsewhere must not pass for shown here."""
    node: NotebookNode = nbformat.from_dict(copy.deepcopy(dict(notebook)))
    for cell in node.cells:
        if not isinstance(cell.get("source", ""), str):
            cell.source = "".join(cell.source)
        cell.setdefault("source", "")
        cell.setdefault("metadata", {})
        if cell.cell_type == "code":
            cell.update(outputs=[], execution_count=None)
    return node


async def _execute(
    notebook: NotebookNode,
    plan: KernelPlan,
    limits: NotebookLimits,
    progress: Callable[[CellRun], None] | None,
) -> Execution:
    start = time.monotonic()
    manager = WalledKernelManager(plan)
    client = BoundedClient(notebook, manager, limits)
    runs = []
    try:
        await _start_kernel(client, manager)
        runner = _Runner(client, manager, limits)
        guard = asyncio.ensure_future(_guard_files(manager, runner))
        for index, cell in _code_cells(notebook):
            run = await runner.run(index, cell)
            runs.append(run)
            manager.walled.read_clock()
            if progress is not None:
                progress(run)
        guard.cancel()
    finally:
        await _end_kernel(client, manager)
    name_relatively(notebook, manager.walled.student, plan.around.runtime)
    layers = tuple(manager.walled.layers)
    seconds = time.monotonic() - start
    return Execution(notebook, tuple(runs), seconds, layers, manager.walled.cpu_seconds)


def _code_cells(notebook: NotebookNode) -> Iterator[tuple[int, NotebookNode]]:
    return ((i, cell) for i, cell in enumerate(notebook.cells) if cell.cell_type == "code")


async def _start_kernel(client: BoundedClient, manager: WalledKernelManager) -> None:
    try:
        await manager.start_kernel()
        await client.async_start_new_kernel_client()
    except (RuntimeError, OSError) as error:
        raise SandboxError(f"a kernel could not be started: {error}") from error


async def _guard_files(manager: WalledKernelManager, runner: _Runner) -> None:
    """End a kernel that fills our disk, or our memory with files without end."""
    while True:
        if why := await asyncio.to_thread(manager.walled.too_much_written):
            runner.cause = f"the kernel was stopped: {why}"
            await manager.walled.kill()
            return
        await asyncio.sleep(_FILES_SECONDS)


async def _end_kernel(client: BoundedClient, manager: WalledKernelManager) -> None:
    if client.kc is not None:
        client.kc.stop_channels()
    if manager.has_kernel:
        await manager.shutdown_kernel(now=True)
    await manager.walled.cleanup()
    manager.context.destroy(linger=0)


class _Runner:
    """Runs one cell after the other until the time is up or the kernel is gone."""

    def __init__(
        self, client: BoundedClient, manager: WalledKernelManager, limits: NotebookLimits
    ) -> None:
        self._client = client
        self._manager = manager
        self._limits = limits
        self._until = time.monotonic() + limits.total_seconds
        self._over = ""
        # Why the kernel was ended by somebody else than a cell.
        self.cause = ""

    async def run(self, index: int, cell: NotebookNode) -> CellRun:
        """Run one cell, or say why it does not run any more."""
        if not self._over and time.monotonic() >= self._until:
            self._over = f"the notebook was stopped after {self._limits.total_seconds:g} s"
        if self._over:
            return CellRun(index, CellStatus.NOT_RUN, notes=(self._over,))
        if not cell.source.strip():
            return CellRun(index, CellStatus.OK)
        start = time.monotonic()
        status, notes = await self._run(index, cell)
        if status not in (CellStatus.OK, CellStatus.REFUSED):
            _append_note(cell, notes)
        seconds, refused = time.monotonic() - start, tuple(self._client.ledger.refused)
        return CellRun(index, status, seconds, tuple(notes), refused, self._raised())

    def _raised(self) -> str:
        """Return the name of the exception that the cell ended in, as the kernel has it."""
        return str(self._client.reply.get("ename") or "")[:100]

    async def _run(self, index: int, cell: NotebookNode) -> tuple[CellStatus, list[str]]:
        self._client.start_cell()
        count = self._client.code_cells_executed + 1
        executing = asyncio.ensure_future(self._client.async_execute_cell(cell, index, count))
        status, notes = await self._watch(executing)
        try:
            await executing
        except (asyncio.CancelledError, DeadKernelError):
            if status is None:
                return CellStatus.DIED, await self._mourn()
        # nbclient and nbformat take messages apart here, and the kernel writes the messages:
        # what they raise over one is the cell's doing.
        except Exception as error:  # noqa: BLE001 - libraries promise no kinds for forged messages
            await self._end_kernel()
            note = f"the kernel sent what is no Jupyter message ({type(error).__name__})"
            return CellStatus.DIED, [note]
        if status is None and not self._client.idle.is_set():
            # A message beyond the bounds, which no kernel of ours sends, closes the channel.
            await self._end_kernel()
            return CellStatus.DIED, ["the kernel broke the channel of its output"]
        return self._judge(status, notes)

    async def _watch(self, executing: asyncio.Future[Any]) -> tuple[CellStatus | None, list[str]]:
        """Wait for a cell within its bounds; return why it was stopped, if it was."""
        seconds = min(self._limits.cell_seconds, self._until - time.monotonic())
        await _any_of(executing, self._client.over, seconds)
        flooded = self._client.over.is_set()
        if flooded:
            # It may be at its end anyway, and an interrupt then would be lost on it.
            await asyncio.wait({executing}, timeout=_SETTLE_SECONDS)
        if executing.done() or await self._manager.walled.poll() is not None:
            return None, []
        stopped, notes = CellStatus.CUT, list[str]()
        if not flooded:
            stopped, notes = CellStatus.TIMED_OUT, [f"stopped after {seconds:.3g} s"]
        return stopped, notes + await self._interrupt(executing)

    async def _interrupt(self, executing: asyncio.Future[Any]) -> list[str]:
        """Interrupt a cell; end the kernel if that does not help."""
        await self._manager.walled.send_signal(signal.SIGINT)
        await _any_of(executing, self._client.idle, self._limits.grace_seconds)
        if self._client.idle.is_set():
            # An interrupt that hits the kernel itself, between cell and reply, costs the reply.
            await asyncio.wait({executing}, timeout=_SETTLE_SECONDS)
            executing.cancel()
            return []
        if executing.done():
            return []
        await self._end_kernel()
        executing.cancel()
        return ["an interrupt did not end it, so the kernel was stopped"]

    async def _end_kernel(self) -> None:
        self._over = "the kernel was stopped in an earlier cell"
        await self._manager.walled.kill()

    async def _mourn(self) -> list[str]:
        self._over = "the kernel ended in an earlier cell"
        status = await self._manager.walled.wait() or 0
        return [self.cause or _cause_of_death(status)]

    def _judge(self, stopped: CellStatus | None, notes: list[str]) -> tuple[CellStatus, list[str]]:
        """Return how a cell ended that the kernel has answered for."""
        ledger, name = self._client.ledger, self._client.reply.get("ename")
        if ledger.cut:
            notes.append(f"output was cut: {ledger.cut}")
            stopped = stopped or CellStatus.CUT
        if stopped:
            return stopped, notes
        if self._client.reply.get("status") == "ok":
            return (CellStatus.REFUSED if ledger.refused else CellStatus.OK), notes
        if name == INPUT_REFUSED:
            return CellStatus.REFUSED, notes  # the exception says what was
        if name in OUT_OF_MEMORY:
            notes.append(f"memory is limited to {self._limits.memory_bytes >> 20} MiB")
        return CellStatus.RAISED, notes


async def _any_of(executing: asyncio.Future[Any], event: asyncio.Event, seconds: float) -> None:
    """Wait until a cell ends or something happens, but not longer than some seconds."""
    happening = asyncio.ensure_future(event.wait())
    await asyncio.wait(
        {executing, happening}, timeout=max(0.0, seconds), return_when=asyncio.FIRST_COMPLETED
    )
    happening.cancel()


def _cause_of_death(status: int) -> str:
    # bubblewrap says 128 + signal, a child of our own -signal.
    number = -status if status < 0 else status - 128
    with contextlib.suppress(ValueError):
        return f"the kernel was ended by {signal.Signals(number).name}"
    return f"the kernel ended itself with status {status}"


def _append_note(cell: NotebookNode, notes: list[str]) -> None:
    if notes:
        text = "".join(f"[grader: {note}]\n" for note in notes)
        cell.outputs.append(nbformat.v4.new_output("stream", name="stderr", text=text))
