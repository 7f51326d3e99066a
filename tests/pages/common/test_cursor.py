"""What the page's script reads: where the cursor goes, and which fields are needed."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from pages.parts.common import cursor


def _hints() -> None:
    from pages.parts.common import cursor

    cursor.draw_hints(["to_name", 'a"b'], into="pasted")
    cursor.at("pasted", "sent-1").write("Sent")


def test_the_hints_name_fields_by_their_keys() -> None:
    at = AppTest.from_function(_hints).run()

    (hints, _) = at.get("html")
    assert hints.proto.body == (
        '<i hidden data-required="to_name a&quot;b" data-into="pasted"></i>'
    )
    assert not at.exception
    assert cursor.draw_hints.__doc__
