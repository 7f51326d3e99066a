"""Buttons that save rows: the file is made when one is pressed."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def test_there_is_a_button_per_kind_of_file_and_no_rows_are_made_to_draw_it() -> None:
    def page() -> None:
        import pandas as pd

        from mcf.files import headings
        from pages.parts.common import downloads

        def rows() -> pd.DataFrame:
            raise AssertionError("nobody pressed a button")

        from types import SimpleNamespace

        from mcf.access.actor import MACHINE

        service = SimpleNamespace(access=SimpleNamespace(actor=lambda: MACHINE))
        downloads.draw(service, rows, "orders", headings.ORDERS)  # type: ignore[arg-type]

    at = AppTest.from_function(page).run()

    assert not at.exception
    assert [button.label for button in at.get("download_button")] == ["CSV", "Excel"]
