"""What students get wrong in batch_norm.c; the hidden suite must catch each.

Each is a change to the solution and, where it is about numbers, to the truth, which names it in
reports. Equations are those of Ioffe and Szegedy 2015.
"""

from mistakes import gradients, memory, normalizing, variances

from grader.core.misconception import Misconception

MISCONCEPTIONS: tuple[Misconception, ...] = tuple(
    mistake for part in (variances, normalizing, gradients, memory) for mistake in part.MISTAKES
)
