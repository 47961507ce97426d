"""What commands have in common: options, and errors of ours as one line and an exit code."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import click

from grader.core.errors import ConfigurationError, GraderError, UsageError
from grader.notebook.execution import Mode
from grader.sandbox.policy import TIERS

_NOT_GRADED, _USAGE = 1, 2


def one_line_errors(command: Callable[..., int]) -> Callable[..., None]:
    """Turn our errors into one line and an exit code."""

    @functools.wraps(command)
    def wrapped(*arguments: Any, **options: Any) -> None:
        try:
            code = command(*arguments, **options)
        except (UsageError, ConfigurationError) as error:
            click.echo(f"grader: {error}", err=True)
            code = _USAGE
        except GraderError as error:
            click.echo(f"grader: {error}", err=True)
            code = _NOT_GRADED
        except OSError as error:
            click.echo(f"grader: {error.filename or 'output'}: {error.strerror}", err=True)
            code = _NOT_GRADED
        sys.exit(code)

    return wrapped


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def out_option(words: str, **more: Any) -> Callable[..., Any]:
    path = click.Path(path_type=Path, readable=False)
    return click.option("--out", "-o", type=path, show_default=True, help=words, **more)


def jobs_option(words: str) -> Callable[..., Any]:
    many = click.IntRange(1, 64)
    each = "one for each processor"
    return click.option(
        "--jobs", "-j", type=many, default=_processors, show_default=each, help=words
    )


def require_option(words: str) -> Callable[..., Any]:
    return click.option("--require", type=click.Choice(TIERS[:-1]), default=None, help=words)


def grading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that a command for a class has; it gets them as one `options`."""
    with_options = single_grading_options(command)
    with_jobs: Callable[..., Any] = jobs_option("Hand-ins graded at a time.")(with_options)
    return with_jobs


def single_grading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that every grading command has; it gets them as one `options`."""

    @functools.wraps(command)
    def with_options(*arguments: Any, **given: Any) -> Any:
        from grader.commands.options import Options

        names = {field.name for field in fields(Options)}
        asked = {name: given.pop(name) for name in names & set(given)}
        return command(*arguments, options=Options(**{"jobs": 1} | asked), **given)

    for option in (
        click.option("--seed", "-s", type=click.IntRange(0), default=0, show_default=True,
                     help="Seed of the run; another one draws other hidden inputs."),
        click.option("--tier", type=click.Choice(TIERS), default=None,
                     help="Use this sandbox tier  [default: the strongest that holds]"),
        require_option("Grade only behind walls at least this strong."),
        click.option("--allow-weak-sandbox", is_flag=True,
                     help="Grade even where nothing stops a hostile hand-in."),
        click.option("--execute", type=click.Choice([mode.value for mode in Mode]),
                     default=Mode.ALWAYS.value, show_default=True,
                     help="Notebooks to run; missing: those with a cell never run."),
    ):  # fmt: skip
        with_options = option(with_options)
    return with_options
