"""Randomness that depends on what it is for, never on when or in which order it is asked."""

from __future__ import annotations

import math
import random


def derive(seed: int, *concern: object) -> random.Random:
    """A generator that is the same for the same seed and concern, in every process."""
    return random.Random(":".join([str(seed), *map(str, concern)]))


def code(generator: random.Random, alphabet: str, length: int) -> str:
    """`length` characters of the alphabet."""
    return "".join(generator.choices(alphabet, k=length))


def poisson(uniform: float, mean: float) -> int:
    """The number of arrivals that a uniform draw in [0, 1) stands for."""
    # Knuth's inversion: means are daily sales of one SKU, far below 700, where exp underflows.
    probability = math.exp(-mean)
    cumulative = probability
    count = 0
    while uniform > cumulative and count < 1000:
        count += 1
        probability *= mean / count
        cumulative += probability
    return count
