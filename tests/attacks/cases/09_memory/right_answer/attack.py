import gc
import sys

import numpy


def attack():
    gc.collect()
    known = sys._getframe(2).f_locals
    mine = {id(each) for each in known.values()}
    seen = [each for each in gc.get_objects() if isinstance(each, (tuple, dict))]
    arrays = {}
    for thing in seen:
        for each in thing.values() if isinstance(thing, dict) else thing:
            if isinstance(each, numpy.ndarray) and each.shape == known["x"].shape and id(each) not in mine:
                arrays[id(each)] = each
    _, _, here = worker()
    sent = here["request"]["arguments"] if "arguments" in here["request"] else ()
    sent = [each for each in sent if isinstance(each, numpy.ndarray)]
    print("SAW", len(arrays), flush=True)
    for each in arrays.values():
        if not any(numpy.shares_memory(each, other) for other in sent) and each.dtype == float:
            loot(f"an array {each.shape}")
