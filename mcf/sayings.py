"""What Amazon or the network can say, and how a saying is recognised. The sayings themselves are
in `mcf.catalogue`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from mcf.errors import MCFError


class By(StrEnum):
    """Who says it."""

    AMAZON = "SP-API"
    LOGIN = "Login with Amazon"
    NETWORK = "nobody"


class Body(StrEnum):
    """What an answer that isn't a success holds."""

    WORDS = "errors in words"
    EMPTY = "an empty body"
    PAGE = "a web page or plain text"
    CUT = "JSON that is cut off"
    OTHER = "JSON that isn't an answer of this operation"


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, as far as it tells what went wrong; `words` are messages, details and codes."""

    by: By
    status: int
    body: Body
    words: tuple[str, ...] = ()
    operation: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be said: what it means, what to do, and as which error it's raised.

    In `says` and `fits` an ellipsis stands for any text. `fits` is what has to be said, if that
    isn't `says` word for word. With `by_status` the status decides too: otherwise it's only the
    usual one, as Amazon says nearly everything with 400. `modelled` marks words that are the
    simulator's, because Amazon's own aren't documented.
    """

    key: str
    says: str
    means: str
    kind: type[MCFError]
    todo: str = ""
    by: By = By.AMAZON
    status: str = "400"
    by_status: bool = False
    code: str = "InvalidInput"
    details: str = ""
    operations: tuple[str, ...] = ()
    body: Body | None = Body.WORDS
    fits: tuple[str, ...] = ()
    modelled: bool = False
    seen: str = ""

    @property
    def advice(self) -> str:
        """What the seller can do."""
        return self.todo or self.kind.default_advice

    def is_meant(self, said: Said) -> bool:
        """Whether an answer says this."""
        return (
            self.by is said.by
            and self.body in (None, said.body)
            and (not self.by_status or like(self.status.replace("x", "…"), str(said.status)))
            and (not self.operations or said.operation in self.operations)
            and (self.body is not Body.WORDS or self._is_worded(said.words))
        )

    def _is_worded(self, words: tuple[str, ...]) -> bool:
        return any(like(template, word) for template in self.fits or (self.says,) for word in words)


def like(template: str, text: str) -> bool:
    """Whether a text is as the template says; an ellipsis stands for any text."""
    return _pattern(template).fullmatch(text.strip()) is not None


@cache
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, template.split("…"))), re.DOTALL)
