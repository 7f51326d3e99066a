"""Which Amazon this is, as it's shown."""

from __future__ import annotations

from mcf.settings import Mode

BADGES = {
    Mode.DEMO: ("Demo: a simulated Amazon, nothing ships", "violet", ":material/science:"),
    Mode.SANDBOX: ("Amazon's sandbox, nothing ships", "orange", ":material/construction:"),
    Mode.LIVE: ("Live: orders really ship", "green", ":material/bolt:"),
}
