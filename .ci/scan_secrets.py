"""Looks for secrets in the files that git tracks or would track, or in those named as arguments.

Exit code 1 when one is found. A line that only looks like a secret is excused by a comment
`pragma: allowlist secret` on it.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from detect_secrets.core.potential_secret import PotentialSecret
from detect_secrets.core.scan import scan_file
from detect_secrets.plugins.base import RegexBasedDetector
from detect_secrets.settings import transient_settings

ROOT = Path(__file__).resolve().parent.parent


class LoginWithAmazonDetector(RegexBasedDetector):
    """Knows what Login with Amazon hands out: application ids, client secrets and tokens."""

    secret_type = "Login with Amazon"  # noqa: S105  # pragma: allowlist secret
    denylist = (
        re.compile(r"amzn1\.application-oa2-client\.[0-9a-f]{32}"),
        re.compile(r"amzn1\.oa2-cs\.v1\.[0-9a-f]{32,}"),
        re.compile(r"Atz[ar]\|[\w+/=-]{20,}"),
    )


SETTINGS = {
    "plugins_used": [
        {
            "name": "LoginWithAmazonDetector",
            "path": f"file://{Path(__file__).resolve().as_posix()}",
        },
        {"name": "ArtifactoryDetector"},
        {"name": "AWSKeyDetector"},
        {"name": "AzureStorageKeyDetector"},
        {"name": "Base64HighEntropyString", "limit": 4.5},
        {"name": "BasicAuthDetector"},
        {"name": "GitHubTokenDetector"},
        {"name": "GitLabTokenDetector"},
        {"name": "HexHighEntropyString", "limit": 3.0},
        {"name": "JwtTokenDetector"},
        {"name": "KeywordDetector"},
        {"name": "NpmDetector"},
        {"name": "OpenAIDetector"},
        {"name": "PrivateKeyDetector"},
        {"name": "PypiTokenDetector"},
        {"name": "SlackDetector"},
        {"name": "StripeDetector"},
    ],
    "filters_used": [
        {"path": f"detect_secrets.filters.{name}"}
        for name in (
            "allowlist.is_line_allowlisted",
            "heuristic.is_indirect_reference",
            "heuristic.is_not_alphanumeric_string",
            "heuristic.is_potential_uuid",
            "heuristic.is_sequential_string",
            "heuristic.is_templated_secret",
        )
    ]
    + [
        # The word that stands for a password where a form is explained.
        {
            "path": "detect_secrets.filters.regex.should_exclude_secret",
            "pattern": ["^password$"],
        }
    ],
}
# Tests name made-up passwords and secrets in plain words; shapes and entropy are checked there too.
NOT_IN_TESTS = {"Secret Keyword"}


def files_of_the_project() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return sorted(path for path in paths if path.is_file())


def is_excused(secret: PotentialSecret) -> bool:
    value = secret.secret_value or ""
    is_alphabet = len(set(value)) == len(value)
    in_tests = (ROOT / "tests") in Path(secret.filename).parents
    return is_alphabet or (in_tests and secret.type in NOT_IN_TESTS)


def findings(paths: list[Path]) -> list[str]:
    """One line per secret found: file, line and kind, never the secret itself."""
    with transient_settings(SETTINGS):
        secrets = [secret for path in paths for secret in scan_file(str(path))]
    return sorted({f"{s.filename}:{s.line_number}: {s.type}" for s in secrets if not is_excused(s)})


def main(arguments: list[str]) -> int:
    paths = [Path(name).resolve() for name in arguments] or files_of_the_project()
    found = findings(paths)
    for line in found:
        print(line.replace(f"{ROOT}/", ""), file=sys.stderr)
    if found:
        print(
            "Take the secret out, and revoke it if it was ever pushed. If it is none, end the line"
            " with the comment `pragma: allowlist secret`.",
            file=sys.stderr,
        )
        return 1
    print(f"No secret in {len(paths)} files.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
