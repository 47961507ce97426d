"""What can go wrong on our side.

    GraderError            withholds a score, never makes it 0
    ├── UsageError         the command cannot be carried out as it was given
    ├── ConfigurationError the assignment or its hidden suite contradicts itself
    └── SandboxError       the walls could not be built, or fell over

    SubmissionError        the hand-in cannot be read: the student's side

What student code does wrong is no exception here but a value, an `Outcome`.
"""


class GraderError(Exception):
    """We failed; the message says what staff can do about it."""


class UsageError(GraderError):
    """The command cannot be carried out as it was given."""


class ConfigurationError(GraderError):
    """The assignment or its hidden suite contradicts itself."""


class SandboxError(GraderError):
    """The sandbox could not be started or stopped answering for itself."""


class SubmissionError(Exception):
    """A hand-in cannot be read; the message is a sentence for the student."""
