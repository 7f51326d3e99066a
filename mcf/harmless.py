"""Text that leaves in a CSV, where a spreadsheet would run it as a formula.

https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import re

_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")


def harmless(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet would take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def meant(text: str) -> str:
    """The text that `harmless` was given; any other stays as it is."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text
