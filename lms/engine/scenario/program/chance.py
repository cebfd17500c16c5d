"""Draws: what chance decides, by the seed of the attempt, so that a run can be walked again; forced where one asks.

To the logic a draw is a choice of the environment: something can happen if it can for some draw, and is lost if it is
for all. `Fate` says what is to come out, by draw; what it does not name is left to the seed.
"""

from collections.abc import Collection, Iterator, Mapping
from hashlib import sha256
from itertools import product

from lms.engine.scenario.program.program import Draw, OneOf

Fate = Mapping[str, str]

LEFT_TO_THE_SEED: Fate = {}


def drawn(draw: Draw, seed: str, step: int, fate: Fate = LEFT_TO_THE_SEED) -> str:
    """Return what comes out: by SHA-256 of seed, draw and step, so any language can do the same."""
    forced = fate.get(draw.id)
    if forced in draw.values:
        return forced
    weights = draw.weights or (1,) * len(draw.values)
    place = int.from_bytes(sha256(f"{seed}|{draw.id}|{step}".encode()).digest()[:8], "big") % sum(weights)
    for value, weight in zip(draw.values, weights, strict=True):
        if place < weight:
            return value
        place -= weight
    return draw.values[-1]


def as_variable(draw: Draw) -> OneOf:
    """Return the variable as which conditions read a draw."""
    return OneOf(draw.id, draw.values, draw.values[0])


def fates(draws: Mapping[str, Draw], names: Collection[str]) -> Iterator[Fate]:
    """Yield every way in which these draws can come out."""
    for values in product(*(draws[name].values for name in names)):
        yield dict(zip(names, values, strict=True))
