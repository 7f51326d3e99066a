"""A second store, as another process has it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mcf.store.database import Store
from tests.store.samples import opened


@pytest.fixture
def second(store: Store, tmp_path: Path) -> Iterator[Store]:
    """Another store on the same file, as another process has it."""
    with opened(tmp_path) as other:
        yield other
