"""What tests of the stock share: what a seller has decided, and what is set for a SKU."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from mcf.inventory.preferences import Choices
from mcf.store.database import Store


@pytest.fixture
def choices(store: Store) -> Choices:
    """Of a seller who hasn't decided anything yet."""
    return Choices(store)


def rule(choices: Choices, sku: str = "A") -> dict[str, Any]:
    """What is set for a SKU."""
    row = choices.rules().loc[sku]
    return {str(name): value for name, value in row.items() if pd.notna(value)}
