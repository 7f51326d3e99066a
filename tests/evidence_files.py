"""Files of evidence, as somebody checks them."""

from __future__ import annotations

import hashlib
import re


def is_unchanged(data: bytes) -> bool:
    """Whether the content of a file still has the SHA-256 that stands below it."""
    content, _, foot = data.partition(b"<!-- content -->")[2].partition(b"<!-- end of content -->")
    digest = re.search(rb"\b[0-9a-f]{64}\b", foot)
    return digest is not None and digest[0].decode() == hashlib.sha256(content).hexdigest()
