"""The notebook: a small language model, trained elsewhere; it was run as a whole, and has learnt.

It is never run here. Its numbers are what the file says they are, and anybody can type into a file:
they are evidence, and no more. These checks ask whether they agree with each other and with the
text that everybody trains on, and cost little.
"""

import math

import pytest

from grader.numeric.compare import expect

# The template states both. One character back, as frequent as it was, gives 1.66.
LARGEST_LOSS = 1.2
# The grammar's own entropy is 0.217 nats a character: 8.64 a sentence, of 39.8 on average.
SMALLEST_LOSS = 0.15
VOCABULARY = 27
# Digits that were not printed excuse no more than this: 0.0e300 would excuse anything.
COARSEST = 0.05

HISTORY = r"^(?!.*final).*\bloss\b"
RUN_ALL = "Restart the kernel, run all cells, save, and hand in that file."


def numbers(notebook, cell, pattern):
    """Return what a cell shows by a pattern: numbers, each with half a unit of its last digit."""
    shown = notebook.expect_shown(cell, pattern)
    return [(each.values[-1], min(each.resolution, COARSEST)) for each in shown]


@pytest.mark.criterion("nb_complete")
def test_complete(notebook):
    """All cells of the notebook are there and were run, from top to bottom and without an error.

    What a file says of its own cells proves nothing: this is evidence, and not run again.
    """
    notebook.expect_complete()


@pytest.mark.criterion("nb_model")
def test_training(notebook):
    """The loss falls in training, and the final one is the last of its history.

    The numbers are the file's own: this is evidence that they belong together, and no proof.
    """
    history = numbers(notebook, "training", HISTORY)
    final, rounding = numbers(notebook, "training", r"\bfinal\b.*\bloss\b")[-1]
    (first, _), (last, last_rounding) = history[0], history[-1]
    expect(
        last < first,
        "the training loss does not fall",
        expected=f"less in the last step than the {first:.4g} of the first",
        actual=f"{last:.4g} in the last of {len(history)} steps shown",
        hint="Show the loss of the first step, too. Does the optimizer get the gradients?",
    )
    expect(
        abs(final - last) <= (rounding + last_rounding) * (1 + 1e-9),
        "the final training loss is not the last of the steps above it",
        expected=f"{last:.4g}, as in the last step",
        actual=f"{final:.4g}",
        hint=RUN_ALL,
    )


@pytest.mark.criterion("nb_model")
def test_perplexity(notebook):
    """The perplexity is the exponential of the validation loss.

    The numbers are the file's own: this is evidence that they belong together, and no proof.
    """
    loss, rounding = numbers(notebook, "evaluation", r"\bvalidation loss\b")[-1]
    perplexity, last_digit = numbers(notebook, "evaluation", r"\bperplexity\b")[-1]
    expect(
        # NaN is not in the range, and what is far above it has no exponential.
        0 <= loss <= 100,
        "the validation loss is no loss of characters",
        expected="a number from 0 to 100",
        actual=f"{loss:.4g}",
    )
    low, high = math.exp(loss - rounding) - last_digit, math.exp(loss + rounding) + last_digit
    expect(
        low * (1 - 1e-6) <= perplexity <= high * (1 + 1e-6),
        "perplexity and validation loss contradict each other",
        expected=f"exp({loss:.4g}) = {math.exp(loss):.4g}",
        actual=f"{perplexity:.4g}",
        hint=RUN_ALL,
    )


@pytest.mark.criterion("nb_model")
def test_has_learnt(notebook):
    """The validation loss is as low as the notebook asks for, on the text that it gives.

    The number is the file's own: this is evidence that a model was trained, and no proof.
    """
    vocabulary, _ = numbers(notebook, "codes", r"\bvocabulary\b")[-1]
    loss, _ = numbers(notebook, "evaluation", r"\bvalidation loss\b")[-1]
    expect(
        vocabulary == VOCABULARY,
        "the model was trained on another text than the one that was given",
        expected=f"a vocabulary of {VOCABULARY}",
        actual=f"{vocabulary:.4g}",
        hint="Leave the cells with the text as they are; losses on other texts say something else.",
    )
    expect(
        loss <= LARGEST_LOSS,
        "the model has not learnt enough",
        expected=f"a validation loss of at most {LARGEST_LOSS}",
        actual=f"{loss:.4g}; guessing gives {math.log(VOCABULARY):.4g}",
        hint="Train for more steps. Do the targets stand one character after the inputs?",
    )
    expect(
        loss >= SMALLEST_LOSS,
        "the validation loss is lower than it can be on this text",
        expected=f"at least {SMALLEST_LOSS}",
        actual=f"{loss:.4g}",
        hint="Does a score depend on characters that come after it?",
    )
