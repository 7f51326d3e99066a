"""Ships one order from FBA stock, watches it for a while and cancels it again.

    python examples/ship_one_order.py --minutes 1

It calls whatever Amazon the environment (or `.env`) names: without credentials the demo's. With
live credentials it creates nothing unless `--really-ship` is given.
"""

from __future__ import annotations

import sys
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).parent.parent))

from mcf import (
    Address,
    FulfillmentOrderStatus,
    MCFError,
    MCFOrderItem,
    MCFOrderRequest,
    MCFService,
    open_service,
)


@click.command()
@click.option("--sku", help="What to ship; without it the SKU with the most stock.")
@click.option("--speed", default="Standard", show_default=True)
@click.option("--name", default="Ada Example", show_default=True)
@click.option("--street", default="100 Example Street", show_default=True)
@click.option("--city", default="Springfield", show_default=True)
@click.option("--state", default="IL", show_default=True)
@click.option("--postal-code", default="62701", show_default=True)
@click.option("--country", default="US", show_default=True)
@click.option("--minutes", type=click.FloatRange(0), default=1.0, show_default=True)
@click.option("--really-ship", is_flag=True, help="Needed in live mode: the order is a real one.")
def main(sku: str | None, speed: str, minutes: float, really_ship: bool, **to: str) -> None:
    """Ship one unit of a SKU, follow the order, and cancel it."""
    address = Address(
        name=to["name"],
        address_line1=to["street"],
        city=to["city"],
        state_or_region=to["state"],
        postal_code=to["postal_code"],
        country_code=to["country"],
    )
    try:
        with open_service() as service:
            sku = sku or most_stocked(service)
            item = MCFOrderItem(seller_sku=sku, seller_fulfillment_order_item_id="1", quantity=1)
            show_speeds(service, address, item)
            if service.settings.mode == "live" and not really_ship:
                sys.exit("This is live mode: give --really-ship to create a real order.")
            order_id = send(service, address, item, speed)
            follow(service, order_id, minutes)
            print(f"Order {order_id}: {service.tracking.actions.cancel(order_id).message}")
    except MCFError as error:
        sys.exit(f"{error}\nWhat to do: {error.advice}")


def most_stocked(service: MCFService) -> str:
    """The SKU of which most units can ship, of the first fifty."""
    units: dict[str, int] = {
        item.seller_sku: item.inventory_details.fulfillable_quantity or 0
        for item in service.connection.client.get_inventory_summaries().items
        if item.inventory_details
    }
    if not any(units.values()):
        raise MCFError("No SKU has stock.", advice="Send units to Amazon, or try the demo.")
    return max(units, key=units.__getitem__)


def show_speeds(service: MCFService, address: Address, item: MCFOrderItem) -> None:
    """Prints what each delivery speed costs and when it arrives."""
    print(f"One unit of {item.seller_sku} to {address.city}:")
    for offer in service.ordering.previews.ask(address, [item]):
        if not offer.is_fulfillable:
            print(f"  {offer.speed.label}: not possible, {'; '.join(offer.reasons)}.")
            continue
        fee = offer.total_fee
        costs = f"{fee.value} {fee.currency_code}" if fee else "a fee that Amazon doesn't tell"
        arrives = f"{offer.arrival[1]:%d %B}" if offer.arrival else "a day that Amazon doesn't tell"
        print(f"  {offer.speed.label}: {costs}, arrives by {arrives}.")


def send(service: MCFService, address: Address, item: MCFOrderItem, speed: str) -> str:
    """The number of the order that Amazon has accepted."""
    order_id = f"EXAMPLE-{uuid.uuid4().hex[:12].upper()}"
    request = MCFOrderRequest.of(
        seller_fulfillment_order_id=order_id,
        displayable_order_id=order_id,
        displayable_order_date=datetime.now(UTC).replace(microsecond=0),
        displayable_order_comment="Thank you for your order.",
        shipping_speed_category=speed,
        destination_address=address.to_api(),
        items=[item.to_api()],
    )
    submission = service.submit(request)
    print(f"Order {order_id}: {submission.message}")
    if submission.state != "accepted":
        raise MCFError("The order was not accepted.", advice=submission.advice)
    return order_id


def follow(service: MCFService, order_id: str, minutes: float) -> None:
    """Prints the order's status, then each change of it; returns at a change or after a while."""
    first, give_up = status_of(service, order_id), time.monotonic() + minutes * 60
    print(f"It is {first.label}: {first.meaning}")
    while time.monotonic() < give_up:
        time.sleep(min(2.0, minutes * 60))
        if (status := status_of(service, order_id)) is not first:
            print(f"Now it is {status.label}: {status.meaning}")
            return
    print("Nothing has changed meanwhile.")


def status_of(service: MCFService, order_id: str) -> FulfillmentOrderStatus:
    """The order's status as Amazon has it now."""
    service.tracking.refresh(order_id)
    view = service.tracking.views.order(order_id)
    return view.status if view else FulfillmentOrderStatus.UNRECOGNISED


if __name__ == "__main__":
    main()
