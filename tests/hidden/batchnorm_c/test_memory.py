"""Each function where its memory is watched."""

import pytest
from channels import ARGUMENTS, draw, scale

from grader.numeric.compare import expect_close

# Also where there is only one of something: what lies beside it belongs to nobody.
SIZES = [(5, 3, 4), (1, 2, 3), (3, 1, 1)]
# Above what any mistake with eps makes of variances of 1 and more: that has been paid for.
BOUND = 1e-3


@pytest.mark.criterion("memory")
@pytest.mark.parametrize("name", ARGUMENTS)
def test_memory(sanitized, reference, rng, tell, name):
    """Nothing outside of a matrix is read or written, nothing that is undefined is done."""
    leaked = 0
    for rows, groups, n in SIZES:
        batch = draw(rng, reference, (rows, groups, n))
        # What does not work proves nothing.
        expect_close(
            f"the result of {name}",
            getattr(sanitized, name)(*batch.arguments(name)),
            getattr(reference, name)(*batch.arguments(name)),
            tolerance=BOUND,
            scale=scale(name, batch),
        )
        leaked = max(leaked, sanitized.leaked)
    if leaked:
        tell(f"{name} leaves memory behind that it never frees: {leaked} bytes in one call")
