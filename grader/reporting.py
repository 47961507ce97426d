"""Make the record of a hand-in: graded, on the way, or withheld."""

from __future__ import annotations

from collections.abc import Sequence

from grader.core.finding import CheckResult, Finding, not_yet_run
from grader.core.outcome import Outcome
from grader.core.report import Report, Submission
from grader.core.score import score_submission
from grader.core.text import visible
from grader.intake.submissions import HandIn
from grader.intake.workspace import Workspace
from grader.run import Run
from grader.sandbox.pool import WorkerPool

_UNFINISHED = (
    "This report was made before grading was finished: "
    "what says “not run yet” earns nothing so far."
)


def graded_report(
    run: Run, hand_in: HandIn, workspace: Workspace, pool: WorkerPool, checks: list[CheckResult]
) -> Report:
    """Return the record of a hand-in that was graded; `pool` tells what its code was like."""
    score, criteria = score_submission(run.entry.assignment.criteria, checks)
    notes = [*workspace.notes]
    if pool.absent:
        notes.append(f"not provided here, so replaced by a stub: {', '.join(pool.absent)}")
    staff_notes = [
        f"{check.id}: {line}"
        for check in checks
        if check.outcome is Outcome.BROKEN
        for line in check.finding.secret.get("error", "").strip().splitlines()[-1:]
    ]
    if pool.printed:
        staff_notes.append("printed: " + visible(pool.printed, 2000, lines=True))
    return Report(
        submission=_submission(hand_in, workspace),
        conditions=run.conditions(),
        score=score,
        criteria=criteria,
        checks=checks,
        notes=notes,
        staff_notes=staff_notes,
        asked=pool.asked,
    )


def _submission(hand_in: HandIn, workspace: Workspace | None) -> Submission:
    """Return what the record says of a hand-in, without its files where they were not read."""
    return Submission(
        hand_in.student,
        visible(hand_in.name or hand_in.path.name, 200),
        workspace.digest if workspace else "",
        workspace.files if workspace else [],
        hand_in.received,
        dict(hand_in.ids),
        list(hand_in.members),
        [dict(ids) for ids in hand_in.member_ids],
    )


def unfinished_report(
    run: Run,
    hand_in: HandIn,
    workspace: Workspace | None = None,
    checks: Sequence[CheckResult] = (),
) -> Report:
    """Return what is known while grading goes on; what was not run yet earns nothing so far."""
    rubric, told = run.entry.assignment.criteria, {check.criterion for check in checks}
    waiting = [not_yet_run(f"none[{c.id}]", c.id, c.title) for c in rubric if c.id not in told]
    checks = [*checks, *waiting]
    score, criteria = score_submission(rubric, checks)
    notes = [_UNFINISHED, *(workspace.notes if workspace else [])]
    submission, conditions = _submission(hand_in, workspace), run.conditions()
    return Report(submission, conditions, score, criteria, checks, notes, unfinished=True)


def broken_report(run: Run, hand_in: HandIn, why: str) -> Report:
    """Return the record of a hand-in that we failed to grade: every score is withheld."""
    checks = [
        CheckResult(
            id=f"none[{criterion.id}]",
            criterion=criterion.id,
            title=criterion.title,
            outcome=Outcome.BROKEN,
            fraction=None,
            finding=Finding(secret={"error": why}),
        )
        for criterion in run.entry.assignment.criteria
    ]
    score, criteria = score_submission(run.entry.assignment.criteria, checks)
    return Report(
        _submission(hand_in, None), run.conditions(), score, criteria, checks, staff_notes=[why]
    )
