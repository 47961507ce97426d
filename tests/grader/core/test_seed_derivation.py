"""Seeds follow from the names of things: the same ones give the same numbers, for ever."""

import itertools

from grader.core.seeds import derive_seed


def test_value_is_pinned():
    # Changing it changes every number that any hand-in was ever graded with.
    seed = derive_seed("batchnorm", "1.0", "0" * 64, 0, "test_bn.py::test_dx[4-5]")
    assert seed == 283909437462252999661413499405584766657


def test_order_counts():
    seeds = {derive_seed(*order) for order in itertools.permutations(["a", "b", "c"])}
    assert len(seeds) == 6


def test_type_counts():
    assert derive_seed("batchnorm", 1) != derive_seed("batchnorm", "1")


def test_every_part_counts():
    parts = ["batchnorm", "1.0", "digest", 0, "test_dx"]
    changed = [[*parts[:i], "other", *parts[i + 1 :]] for i in range(len(parts))]
    assert len({derive_seed(*each) for each in [parts, *changed]}) == len(parts) + 1


def test_where_one_part_ends_counts():
    assert len({derive_seed("ab", "c"), derive_seed("a", "bc"), derive_seed("abc")}) == 3


def test_a_seed_has_128_bits():
    seeds = [derive_seed("seed", n) for n in range(64)]
    assert all(0 <= seed < 2**128 for seed in seeds)
    assert max(seeds).bit_length() > 120
    assert len(set(seeds)) == 64


def test_no_part_is_a_seed_too():
    assert 0 <= derive_seed() < 2**128
