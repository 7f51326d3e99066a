"""Tables of what was measured, in Markdown."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What was measured against what; `most` is how large their ratio may be."""

    what: str
    against: str
    measured: float
    base: float
    most: float
    unit: str

    @property
    def line(self) -> str:
        ratio = self.measured / self.base
        shown = f"{self.measured:,.3g} {self.unit}", f"{self.base:,.3g} {self.unit}"
        verdict = "yes" if ratio <= self.most else "NO"
        cells = (self.what, self.against, *shown, f"{ratio:.2f} x", f"{self.most:g} x", verdict)
        return f"| {' | '.join(cells)} |"


def heading(text: str) -> None:
    """What is measured, where, and the heads of the columns."""
    say(f"{text}; Python {sys.version.split()[0]}, {os.cpu_count()} cores")
    say(f"load average of the last minute before: {os.getloadavg()[0]:.2f}\n")
    say("| what | against | measured | the other | ratio | at most | kept |")
    say("|---|---|---|---|---|---|---|")


def say(text: str) -> None:
    """Writes a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def best(run: Callable[[], object], times: int = 5) -> float:
    """The shortest of several runs in seconds: the others were disturbed."""
    return min(_seconds(run) for _ in range(times))


def middle(seconds: Sequence[float]) -> float:
    """The median."""
    return sorted(seconds)[len(seconds) // 2]


def _seconds(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun
