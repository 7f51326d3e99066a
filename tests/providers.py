"""People who sign in: settings of a provider, and what it says of somebody."""

from __future__ import annotations

import time
from typing import Any

ISSUER = "https://login.example.com"
ENVIRON = {
    "MCF_OIDC_ISSUER": ISSUER,
    "MCF_OIDC_CLIENT_ID": "desk",
    "MCF_OIDC_CLIENT_SECRET": "made-up-long-secret",  # pragma: allowlist secret
    "MCF_OWNER_EMAIL": "owner@localhost",
}


def claims(name: str = "ann", *, ago: float = 60, **more: Any) -> dict[str, Any]:
    """What the provider says of somebody who signed in these seconds ago."""
    return {
        "is_logged_in": True,
        "iss": ISSUER,
        "sub": f"u-{name}",
        "email": f"{name}@localhost",
        "email_verified": True,
        "iat": int(time.time() - ago),
        "nonce": f"n-{name}",
    } | more
