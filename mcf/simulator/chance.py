"""Randomness that depends on what it is for, never on when or in which order it is asked."""

from __future__ import annotations

import hashlib
import math
import random


def derive(seed: int, *concern: object) -> random.Random:
    """A stream of numbers, the same for the same seed and concern in every process."""
    return random.Random(_key(seed, concern))


class Dice:
    """A few throws, the same for the same seed and concern; ten times cheaper than a stream.

    Every throw uses up a part of 512 random bits, so a concern may have about fifteen.
    """

    __slots__ = ("_bits",)

    def __init__(self, seed: int, *concern: object) -> None:
        digest = hashlib.blake2b(_key(seed, concern).encode()).digest()
        self._bits = int.from_bytes(digest, "big")

    def below(self, number: int) -> int:
        """A whole number in [0, number)."""
        self._bits, throw = divmod(self._bits, number)
        return throw

    def uniform(self) -> float:
        """A number in [0, 1)."""
        return self.below(1 << 30) / (1 << 30)

    def digits(self, length: int) -> str:
        """Decimal digits, zeros in front included."""
        return f"{self.below(10**length):0{length}}"

    def spell(self, alphabet: str, length: int) -> str:
        """Letters of the alphabet, each as likely as the others."""
        return "".join([alphabet[self.below(len(alphabet))] for _ in range(length)])


def spell(generator: random.Random, alphabet: str, length: int) -> str:
    """`length` characters of the alphabet, of at most 64 random bits together."""
    bits, size = generator.getrandbits(64), len(alphabet)
    letters = []
    for _ in range(length):
        bits, letter = divmod(bits, size)
        letters.append(alphabet[letter])
    return "".join(letters)


def poisson(uniform: float, mean: float) -> int:
    """The number of arrivals that a uniform draw in [0, 1) stands for."""
    # Knuth's inversion; means are daily sales of one SKU, far below 700, where exp underflows.
    probability = math.exp(-mean)
    cumulative = probability
    count = 0
    # The bound ends the search when rounding keeps the sum below a draw that is almost 1.
    while uniform > cumulative and count < 1000:
        count += 1
        probability *= mean / count
        cumulative += probability
    return count


def _key(seed: int, concern: tuple[object, ...]) -> str:
    return ":".join([str(seed), *map(str, concern)])
