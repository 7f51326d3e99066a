"""Shows that the secret scan finds what it is there for, and says where without repeating it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

SCAN = Path(__file__).parents[2] / ".ci" / "scan_secrets.py"
HEX = "-3f9a1c07-e5b2d84f-6a0c9e1b-7d35f28c".replace("-", "")


def scan(*paths: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCAN), *map(str, paths)], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "secret",
    [
        f"amzn1.application-oa2-client.{HEX}",
        f"amzn1.oa2-cs.v1.{HEX}{HEX}",
        "Atza|" + "IwEBIJ3x" * 5,
        "Atzr|" + "IwEBIJ3x" * 5,
        "AKIA" + "QYLPMN5HHHFPZAM2",
        "-----BEGIN " + "RSA PRIVATE KEY-----",
    ],
    ids=["client id", "client secret", "access token", "refresh token", "AWS key", "private key"],
)
def test_a_planted_secret_is_found_and_not_repeated(tmp_path: Path, secret: str) -> None:
    planted = tmp_path / "notes.md"
    planted.write_text(f'{secret}\n"TOKEN": "{secret}"\nTOKEN={secret}\n', encoding="utf-8")

    told = scan(planted)

    assert told.returncode == 1
    assert sorted(set(re.findall(r"notes\.md:\d: ", told.stderr))) == [
        "notes.md:1: ",
        "notes.md:2: ",
        "notes.md:3: ",
    ]
    assert secret not in told.stdout + told.stderr


@pytest.mark.parametrize(
    "line",
    [
        "AMAZON_SP_API_REFRESH_TOKEN=",
        "a refresh token begins with Atzr|",
        'token = f"Atza|{number}"',
        'ALPHABET = "bcdfghjklmnpqrstvwxz1234567890BCDFGHJKLMNPQRSTVWXZ"',
        f'shipment = "{HEX}"  # pragma: allowlist secret',
    ],
)
def test_what_is_no_secret_passes(tmp_path: Path, line: str) -> None:
    innocent = tmp_path / "notes.py"
    innocent.write_text(f"{line}\n", encoding="utf-8")

    told = scan(innocent)

    assert told.returncode == 0
    assert told.stdout == "No secret in 1 files.\n"
