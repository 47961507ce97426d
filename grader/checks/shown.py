"""The `notebook` of a hidden check: what its cells show, held against what they give when run."""

from __future__ import annotations

from collections.abc import Sequence

from grader.checks.student import StudentFault
from grader.core.errors import ConfigurationError
from grader.core.report import EvidenceRecord
from grader.notebook.align import Alignment, Match
from grader.notebook.completeness import first_flaw
from grader.notebook.evidence import (
    Evidence,
    Holding,
    Number,
    Reading,
    Rule,
    Verdict,
    compare,
    counterpart,
    evidence_of,
    find,
    hold,
    is_seeded,
    is_trained_alike,
    not_again,
    printed,
    without_seed,
)
from grader.notebook.execution import CellRun, CellStatus
from grader.notebook.series import Band, hold_series
from grader.notebook.study import Study
from grader.numeric.compare import Difference, Mismatch
from grader.sandbox.fault import Fault


class ShownNotebook:
    """What a notebook shows. Checks name cells by the ids of the template's, messages by headings.

    Parameters
    ----------
    study
        The notebook, or the fault that stands in its place.

    Attributes
    ----------
    evidence
        What checks have held against each other, in their order.

    """

    def __init__(self, study: Study | Fault) -> None:
        self._study = study
        self.evidence: list[EvidenceRecord] = []

    def expect_ran(self, cell: str) -> None:
        """Raise Mismatch unless the cell was run before it was handed in, and runs to its end here.

        The latter where notebooks are run again: what is stored proves nothing then.
        """
        match = self._match(cell)
        if not match.found:
            raise Mismatch(Difference(f"the notebook does not have {self._place(cell)}"))
        if not match.executed:
            what = "only a part of it was run" if match.ran == "partly" else "it was never run"
            raise Mismatch(
                Difference(
                    f"{self._place(cell)} shows nothing: {what}",
                    hint="Run all cells from top to bottom, and save, before you hand in.",
                )
            )
        ended = self._ended_early(match)
        if ended:
            raise Mismatch(
                Difference(
                    f"{self._place(cell)} shows something, but running it again does not: {ended}",
                    hint="Restart the kernel and run all cells, with the files that you hand in.",
                )
            )

    def expect_complete(self) -> None:
        """Raise Mismatch unless all code cells of the template are there and were run as a whole.

        That is: from top to bottom, each with its count, none to an error. It looks at the notebook
        as it was handed in, which is all there is where it is not run again.
        """
        flaw = first_flaw(self._known().handed_in)
        if flaw is not None:
            raise Mismatch(Difference(**vars(flaw)))

    def _ended_early(self, match: Match) -> str:
        """Return how a cell that was run again came to an early end, "" where it did not."""
        run = self._stopped(match)
        if run is None:
            return ""
        return f"it ends in {run.raised}" if run.raised else " ".join(run.notes[:1])

    def _stopped(self, match: Match) -> CellRun | None:
        """Return the run of the first cell that did not come to its end, None where all did."""
        execution = self._known().execution
        indices = {cell.index for cell in match.cells}
        for run in execution.cells if execution else ():
            if run.index in indices and run.status not in (CellStatus.OK, CellStatus.REFUSED):
                return run
        return None

    def expect_figure(self, cell: str) -> None:
        """Raise Mismatch unless the cell ran, as above, and shows a picture."""
        self.expect_ran(cell)
        match = self._match(cell, self._known().fresh)
        if not any(output.has_image for each in match.cells for output in each.outputs):
            raise Mismatch(Difference(f"{self._place(cell)} shows no figure"))

    def expect_number(
        self,
        cell: str,
        pattern: str,
        *,
        nth: int = 0,
        most: float | None = None,
        drawn: bool = False,
    ) -> None:
        """Demand a number that the cell shows and that running it here gives again.

        It is the `nth` whose label matches `pattern`; `most` bounds it. A number that is `drawn`
        depends on random numbers: another one is no contradiction where the notebook sets no seed.

        Raises Mismatch where it is not shown, contradicted, or too large.
        """
        holding = self.hold(cell, pattern, nth=nth, drawn=drawn)
        if holding.verdict in (Verdict.NOT_SHOWN, Verdict.NOT_COMPARED, Verdict.CONTRADICTS):
            raise Mismatch(Difference(holding.sentence, where=self._place(cell)))
        largest = max(map(abs, holding.shown or ()), default=0.0)
        if most is not None and not largest <= most:
            raise Mismatch(
                Difference(
                    f"the notebook shows {holding.label} of {largest:.2g}",
                    expected=f"at most {most:.0e}",
                    where=self._place(cell),
                    hint="The notebook's own check says that something is wrong.",
                )
            )

    def expect_shown(self, cell: str, pattern: str) -> list[Reading]:
        """Return every number that the cell shows as handed in and whose label matches, in order.

        The last one is held, and kept as evidence. Raises Mismatch where the cell was not run, as
        `expect_ran` does, or shows none.
        """
        self.expect_ran(cell)
        match = self._match(cell)
        found = find(evidence_of(match, self._known().handed_in).readings, pattern)
        holding = self.hold(cell, pattern, nth=max(len(found) - 1, 0))
        if not found:
            raise Mismatch(Difference(holding.sentence, where=self._place(cell)))
        return found

    def hold(
        self,
        cell: str,
        pattern: str,
        *,
        nth: int = 0,
        drawn: bool = False,
        within: float | None = None,
    ) -> Holding:
        """Hold a number that the cell shows against that of the fresh run; keep it as evidence.

        `within` is how far honest runs of something that is trained are apart.
        """
        study, number = self._known(), Number(pattern, nth=nth)
        match = self._match(cell)
        stored, fresh, again = evidence_of(match, study.handed_in), None, self._again(cell)
        run = self._stopped(match)
        if again is not None:
            fresh = counterpart(number, stored, again, ended=run is not None)
        holding = hold(stored, number, fresh=fresh)
        shown = number.of(stored)
        if shown is not None and within is not None:
            rule = Rule("value", atol=within * (100 if shown.unit == "%" else 1))
            holding = compare(shown.label, shown, fresh, None, rule=rule)
        if not is_seeded(match, study.handed_in):
            holding = without_seed(holding, drawn=drawn)
        if within is not None and not is_trained_alike(match, study.handed_in):
            holding = without_seed(holding)
        if again is not None and fresh is None and shown is not None:
            holding = self._not_again(holding, run, again)
        # What is not in the notebook at all is told with the other cells that are missing.
        return self._kept(cell, holding) if match.found else holding

    def hold_series(
        self, cell: str, pattern: str, *, what: str, band: Band, given: str
    ) -> Holding | None:
        """Hold all numbers that the cell shows by a pattern against the fresh run's, as a whole.

        `what` calls them something ("accuracies"), `band` says how far honest runs are apart. They
        are held where the cell `given`, which reads the data, shows the same in both runs: other
        data train otherwise. It is evidence, kept where there is any, and demands nothing.
        """
        study, match, again = self._known(), self._match(cell), self._again(cell)
        stored = evidence_of(match, study.handed_in)
        holding = hold_series(stored, again, pattern, what, band)
        if holding is None:
            return None
        if holding.verdict is Verdict.NOT_COMPARED and again is not None:
            holding = self._not_again(holding, self._stopped(match), again)
        elif again is not None and not self._shows_the_same(given):
            why = f"{self._place(given)} does not show that both ran on the same data"
            holding = not_again(holding, why, raised=False)
        elif not is_trained_alike(match, study.handed_in):
            holding = without_seed(holding)
        return self._kept(cell, holding)

    def _again(self, cell: str) -> Evidence | None:
        """Return what the cell shows when it is run here, None where it is not."""
        fresh = self._known().fresh
        return None if fresh is None else evidence_of(self._match(cell, fresh), fresh)

    def _shows_the_same(self, cell: str) -> bool:
        """Return whether a cell shows something, and the same when it is run here."""
        stored, again = (
            printed(self._match(cell, side).cells).strip()
            for side in (self._known().handed_in, self._known().fresh)
        )
        return bool(stored) and stored == again

    def _not_again(self, holding: Holding, run: CellRun | None, again: Evidence) -> Holding:
        raised = run is not None and run.status is CellStatus.RAISED
        ended = again.raised if raised else " ".join(run.notes[:1]) if run is not None else ""
        return not_again(holding, ended, raised=raised)

    def _kept(self, cell: str, holding: Holding) -> Holding:
        record = EvidenceRecord(
            cell=cell,
            label=holding.label,
            verdict=str(holding.verdict),
            sentence=holding.sentence,
            shown=_values(holding.shown),
            fresh=_values(holding.fresh),
        )
        # Several checks may look at the same number.
        if record not in self.evidence:
            self.evidence.append(record)
        return holding

    def _match(self, cell: str, alignment: Alignment | None = None) -> Match:
        try:
            return (alignment or self._known().handed_in).of(cell)
        except KeyError:
            raise ConfigurationError(f"the template's notebook has no cell {cell!r}") from None

    def _place(self, cell: str) -> str:
        """Return what a reader calls a cell that `_match` has found in the template."""
        return self._known().handed_in.places[cell]

    def _known(self) -> Study:
        if isinstance(self._study, Fault):
            raise StudentFault(self._study)
        return self._study


def _values(values: Sequence[float] | None) -> list[float | None]:
    """Return numbers as JSON knows them."""
    return [value if abs(value) < float("inf") else None for value in values or ()]
