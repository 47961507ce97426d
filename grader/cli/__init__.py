"""The command line: what can be asked for, a module for each field of work.

What commands do is imported when one is called (grader/commands/): Jupyter, NumPy and pytest take a
second, for which --help and --version shall not wait.
"""

from __future__ import annotations

import click

import grader
from grader.cli import ci, classes, export, machine, new, release


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(grader.__version__, prog_name="grader")
def main() -> None:
    """Grade numerical assignments fairly, on code that nobody trusts.

    \b
    Examples:
      grader demo                                       grade the example class
      grader grade hand-ins/ -a batchnorm -o results/   grade a folder of hand-ins
      grader export results/ canvas                     bring the grades to the course
      grader ci work/ -a batchnorm                      grade one hand-in, in a CI
      grader audit batchnorm                            are its own checks right?
      grader new rates                                  begin an assignment of your own
      grader release batchnorm -o batchnorm.zip         make what students get
      grader doctor                                     how safe is this machine?

    \b
    Exit codes:
      0  everything was graded, whatever the scores
      1  something could not be graded, or an audit found a shortcoming
      2  the command or the assignment is wrong
    """


for _commands in (
    classes.COMMANDS,
    ci.COMMANDS,
    machine.COMMANDS,
    new.COMMANDS,
    export.COMMANDS,
    release.COMMANDS,
):
    for _command in _commands:
        main.add_command(_command)
