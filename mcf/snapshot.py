"""A frame as it was at one moment, with what was found in it, and frames made up to date."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

T = TypeVar("T")


class Snapshot:
    """A frame that nobody changes, and `beside` it the one it was made with.

    What is derived from the frame is kept with it, so it lives just as long.
    """

    def __init__(self, frame: pd.DataFrame, beside: pd.DataFrame | None = None) -> None:
        self.frame = frame
        self.beside = beside
        self._found: dict[Hashable, Any] = {}
        self._lock = threading.RLock()

    def once(self, name: Hashable, find: Callable[[pd.DataFrame], T]) -> T:
        """What `find` finds in the frame; it's asked once per name."""
        with self._lock:
            if name not in self._found:
                self._found[name] = find(self.frame)
            found: T = self._found[name]
            return found


def patched(frame: pd.DataFrame, news: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """The frame with the rows of `news` in place of those with their key; new ones at the end."""
    if news.empty:
        return frame
    at = _places(frame, news, key)
    order = np.arange(len(frame))
    order[at[at >= 0]] = len(frame) + np.flatnonzero(at >= 0)
    added = len(frame) + np.flatnonzero(at < 0)
    whole = pd.DataFrame({name: _joined(frame[name], news[name]) for name in frame.columns})
    taken = whole.take(np.concatenate([order, added])).reset_index(drop=True)
    return taken.assign(
        **{name: taken[name].cat.remove_unused_categories() for name in _open_kinds(taken)}
    )


def _places(frame: pd.DataFrame, news: pd.DataFrame, key: Sequence[str]) -> Any:
    """The position in the frame of each row of `news`, -1 for one that isn't there."""
    names = list(key)
    near = np.flatnonzero(frame[names[-1]].isin(news[names[-1]]))
    there = pd.MultiIndex.from_frame(frame.iloc[near][names])
    at = there.get_indexer(pd.MultiIndex.from_frame(news[names]))
    return np.where(at >= 0, np.append(near, -1)[at], -1)


def _joined(old: pd.Series[Any], new: pd.Series[Any]) -> Any:
    if not isinstance(old.dtype, pd.CategoricalDtype):
        return pd.concat([old, new], ignore_index=True)
    if old.dtype == new.dtype:
        return pd.Series(pd.concat([old, new], ignore_index=True))
    return pd.Series(union_categoricals([old, new], sort_categories=True))


def _open_kinds(frame: pd.DataFrame) -> list[str]:
    return [
        str(name)
        for name, dtype in frame.dtypes.items()
        if isinstance(dtype, pd.CategoricalDtype) and not dtype.ordered
    ]
