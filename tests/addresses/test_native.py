"""Addresses in their countries' own letters."""

from __future__ import annotations

import pytest

from mcf.addresses import native
from mcf.addresses.countries import country


@pytest.mark.parametrize(
    ("name", "plain"),
    [("山田太郎 様", "山田太郎"), ("山田太郎様", "山田太郎"), ("株式会社例 御中", "株式会社例"),
     ("홍길동 님", "홍길동"), ("홍길동 귀하", "홍길동"), ("张三 收", "张三"), ("張先生", "張先生"),
     ("様", "様")],
)  # fmt: skip
def test_what_politeness_adds_is_no_part_of_a_name(name: str, plain: str) -> None:
    assert native.without_honorific(name) == plain


@pytest.mark.parametrize(
    ("text", "code", "area"),
    [("東京都千代田区", "JP", "東京都"), ("広東省深圳市", "JP", ""), ("广东省深圳市", "CN", "广东省"),
     ("서울 강남구", "KR", "서울"), ("台北市信義區", "TW", "台北市"), ("Tokyo", "JP", "")],
)  # fmt: skip
def test_the_province_is_what_the_address_begins_with(text: str, code: str, area: str) -> None:
    assert native.area_at_start(text, country(code)) == area


@pytest.mark.parametrize(
    ("lines", "name", "left"),
    [
        (
            ["東京都千代田区1-1", "千代田ビル", "山田太郎"],
            "山田太郎",
            ["千代田区1-1", "千代田ビル"],
        ),
        (
            ["山田太郎", "東京都千代田区1-1", "千代田ビル"],
            "山田太郎",
            ["千代田区1-1", "千代田ビル"],
        ),
        (["山田太郎様", "千代田区1-1"], "山田太郎", ["千代田区1-1"]),
        (["東京都千代田区1-1 山田太郎"], "山田太郎", ["千代田区1-1"]),
        (["東京都千代田区1-1"], None, ["千代田区1-1"]),
    ],
)
def test_the_name_stands_before_the_address_or_behind_it(
    lines: list[str], name: str | None, left: list[str]
) -> None:
    placed: dict[str, str] = {}

    assert native.place(lines, country("JP"), placed) == left
    assert placed.get("name") == name
