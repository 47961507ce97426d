"""nbclient's client, with bounds on what a kernel may make it keep."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from nbclient import NotebookClient
from nbformat import NotebookNode

from grader.notebook.execution import NotebookLimits
from grader.notebook.outputs import Ledger, storable, well_formed
from grader.sandbox.kernel import WalledKernelManager

# A kernel's troubles are in the result; nothing is printed.
_LOG = logging.getLogger("grader.notebook")
_LOG.addHandler(logging.NullHandler())
_LOG.propagate = False


class BoundedClient(NotebookClient):
    """Executes one cell at a time.

    `over` is set as soon as a cell shows too much, `idle` when the kernel is done with it.
    """

    def __init__(
        self, notebook: NotebookNode, manager: WalledKernelManager, limits: NotebookLimits
    ) -> None:
        super().__init__(
            notebook,
            km=manager,
            # Our own clock interrupts (execute.py): nbclient's would not notice a death after it.
            timeout=None,
            allow_errors=True,
            # A hand-in's tags decide nothing.
            skip_cells_with_tag="",
            record_timing=False,
            coalesce_streams=True,
            store_widget_state=False,
            log=_LOG,
        )
        self.ledger = Ledger(limits)
        self.over, self.idle = asyncio.Event(), asyncio.Event()
        self.reply: dict[str, Any] = {}
        self.on_cell_executed = self._take_reply

    def _take_reply(
        self, cell: NotebookNode, cell_index: int, execute_reply: dict[str, Any]
    ) -> None:
        del cell, cell_index
        content = execute_reply.get("content")
        self.reply = content if isinstance(content, dict) else {}

    def start_cell(self) -> None:
        """Forget the cell before."""
        self.ledger.start_cell()
        self.over.clear()
        self.idle.clear()
        self.reply = {}

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """Take in a message of the kernel, unless it is ill-formed or over the limits."""
        if not well_formed(msg):
            return None
        msg["content"] = storable(msg["content"])
        admitted = self.ledger.admits(msg)
        if self.ledger.cut:
            self.over.set()
        if msg["msg_type"] == "status" and msg["content"]["execution_state"] == "idle":
            self.idle.set()
        return super().process_message(msg, cell, cell_index) if admitted else None
