"""What a file of 2,000 orders costs on the page, without Amazon's pace of two previews a second.

Run it on an idle machine: `python -m tests.bench.bench_file`. It takes some minutes.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from mcf.amazon.throttle import Pace
from mcf.order_files import parse, plan
from mcf.order_files.parse import Document
from mcf.service import MCFService
from mcf.settings import Settings
from mcf.simulator import Simulator
from tests.bench.printing import Row, best, heading, say
from tests.uploads import file_of

FEW, MANY = 200, 2_000
PATIENCE = 900.0


@dataclass(frozen=True)
class File:
    """A file of so many orders, and the previews that are known of them."""

    service: MCFService
    document: Document
    known: plan.Offers

    def plan(self) -> float:
        """Seconds until each of its orders has a verdict."""
        begun = time.perf_counter()
        orders = parse.judged(self.document, self.service.now())
        planning = self.service.files.planning(orders, self.known)
        if not planning.wait(PATIENCE):
            raise TimeoutError(f"{planning.checked} of {len(orders)} orders")
        return time.perf_counter() - begun

    def corrected(self) -> File:
        """The same with another quantity in its fifth line."""
        place = self.document.head.places["Quantity"]
        return File(self.service, self.document.with_cells({(5, place): "3"}), self.known)


def main() -> None:
    heading("A file of orders, from its bytes to a verdict on each")
    with (
        tempfile.TemporaryDirectory() as folder,
        Simulator(skus=12, orders=24, frozen=True, throttle=False) as amazon,
        patch.object(Pace, "_interval", lambda _, operation: 1 / (1000 * operation.rate)),
        MCFService(_settings(amazon, Path(folder))) as service,
    ):
        service.sync()
        stocks = amazon.world.stocks[service.settings.marketplace.id]
        sku = next(iter(stocks))
        stocks[sku].add(10 * MANY)
        service.sync(full=True)
        few, many = _file(service, sku, FEW), _file(service, sku, MANY)
        an_order = few.plan() / FEW
        whole = many.plan()
        say(
            Row(
                f"an order of {MANY:,}", f"an order of {FEW}", whole / MANY, an_order, 1.5, "s"
            ).line
        )
        again = many.corrected().plan()
        say(Row("checked again, one cell corrected", "first check", again, whole, 0.3, "s").line)
        judged = best(lambda: parse.judged(many.document, service.now()))
        say(Row(f"{MANY:,} orders judged", "first check", judged, whole, 0.1, "s").line)


def _settings(amazon: Simulator, folder: Path) -> Settings:
    environ = {
        "AMAZON_SP_API_ENDPOINT": amazon.endpoint,
        "AMAZON_LWA_ENDPOINT": amazon.lwa_endpoint,
        "MCF_DATA_DIR": str(folder),
    }
    return Settings.from_env(environ, dotenv=None)


def _file(service: MCFService, sku: str, orders: int) -> File:
    rows = [(f"P{orders}-{number}", sku, "1") for number in range(orders)]
    return File(service, parse.opened(file_of(*rows)), {})


if __name__ == "__main__":
    main()
