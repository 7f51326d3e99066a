"""Proofs of delivery: asked for anew each time, never offered from the store."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from mcf.amazon.models.requests import MCFOrderRequest
from mcf.errors import NotFound, ServiceTrouble
from mcf.files import export
from mcf.service import MCFService
from mcf.simulator import Simulator
from mcf.simulator.api.photos import picture
from mcf.simulator.faults.kinds import Unavailable
from mcf.simulator.world.orders import Fate, Fortune, Package
from mcf.store import tables
from tests.evidence_files import is_unchanged
from tests.wholes import whole

HOUR = timedelta(hours=1)


@pytest.fixture
def sent(service: MCFService, request_for: MCFOrderRequest) -> str:
    return service.submit(request_for).seller_fulfillment_order_id


def shipped(simulator: Simulator, order_id: str) -> Package:
    """The order's parcel, just left, in the hands of Amazon's own drivers."""
    simulator.clock.step(timedelta(hours=9))
    package = simulator.world.orders[order_id].shipments[0].packages[0]
    package.carrier = "Amazon Logistics"
    return package


@pytest.fixture
def parcel(service: MCFService, simulator: Simulator, sent: str) -> int:
    """The number of a parcel that was delivered, and read."""
    package = shipped(simulator, sent)
    simulator.clock.step(timedelta(days=9))
    service.tracking.refresh(sent)
    return package.number


def test_a_proof_is_fetched_and_its_picture_with_it(
    service: MCFService, sent: str, parcel: int
) -> None:
    proof = service.tracking.proofs.photographed(service.tracking.proofs.ask(sent, parcel))

    (document,) = proof.documents
    assert document.problem is None
    assert document.photo is not None
    assert document.photo.content == picture(parcel)
    assert proof.asked_at <= document.photo.fetched_at < proof.expires_at
    assert proof.left_at


def test_a_link_that_is_too_old_says_what_to_do_and_a_new_one_works(
    service: MCFService, simulator: Simulator, sent: str, parcel: int
) -> None:
    old = service.tracking.proofs.ask(sent, parcel)
    simulator.clock.step(HOUR)
    service.tracking.refresh(sent)

    (late,) = service.tracking.proofs.photographed(old).documents
    (fresh,) = service.tracking.proofs.photographed(
        service.tracking.proofs.ask(sent, parcel)
    ).documents

    assert old.is_stale(service.now())
    assert late.photo is None
    assert "Fetch the proof again" in str(late.problem)
    assert fresh.photo is not None


def test_no_link_is_in_the_store_and_reading_again_changes_nothing(
    service: MCFService, sent: str, parcel: int
) -> None:
    before = service._store.revision(tables.packages, tables.shipments)
    service.tracking.refresh(sent)

    raw = [row["raw"] for row in service._store.records(tables.packages)]
    assert "Signature" not in str(raw)
    assert "DELIVERY_IMAGE" in str(raw)
    assert service._store.revision(tables.packages, tables.shipments) == before


def test_a_parcel_on_its_way_has_no_proof_yet(
    service: MCFService, simulator: Simulator, sent: str
) -> None:
    number = shipped(simulator, sent).number

    assert service.tracking.proofs.ask(sent, number).documents == ()


def test_a_parcel_that_is_not_in_the_order_has_none(service: MCFService, sent: str) -> None:
    with pytest.raises(NotFound, match="no parcel 5"):
        service.tracking.proofs.ask(sent, 5)


def test_amazon_that_does_not_answer_is_told(
    service: MCFService, simulator: Simulator, sent: str, parcel: int
) -> None:
    simulator.faults.add(Unavailable(operations=("getFulfillmentOrder",)))

    with pytest.raises(ServiceTrouble):
        service.tracking.proofs.ask(sent, parcel)


def test_the_code_of_a_locker_is_known_but_leaves_in_no_file(
    service: MCFService, simulator: Simulator, sent: str
) -> None:
    simulator.world.orders[sent].fortune = Fortune(fate=Fate.PICKUP)
    package = shipped(simulator, sent)
    simulator.clock.step(package.promised - package.shipped - timedelta(hours=9))
    simulator.clock.step(timedelta(hours=9))
    service.tracking.refresh(sent)

    code = whole(service, sent).view.handovers[package.number].locker_code

    assert code
    assert code not in export.to_bytes(service.packages(), "csv").decode()
    assert code not in export.to_bytes(service.orders(), "csv").decode()
    assert code.encode() not in service.tracking.proofs.evidence(sent)


def test_the_evidence_has_what_was_sent_promised_and_told(
    service: MCFService, sent: str, parcel: int
) -> None:
    service.sync()
    proof = service.tracking.proofs.photographed(service.tracking.proofs.ask(sent, parcel))

    page = service.tracking.proofs.evidence(sent, [proof])

    text = page.decode()
    assert is_unchanged(page)
    assert "Ada Example\n100 Example Street" in text
    assert "Sent with this program at" in text
    assert "Out for delivery" in text
    assert "data:image/png;base64," in text
    assert "Made in demo mode" in text


def test_an_order_that_is_not_there_has_no_evidence(service: MCFService) -> None:
    with pytest.raises(NotFound):
        service.tracking.proofs.evidence("NONE")


def test_a_file_of_evidence_is_for_nobody_else_to_read(tmp_path: Path) -> None:
    path = export.write_bytes(b"x", "evidence_1.html", tmp_path / "out")

    assert path.read_bytes() == b"x"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_proof_that_was_fetched_stays_known_without_its_link_and_picture(
    service: MCFService, sent: str, parcel: int
) -> None:
    proofs = service.tracking.proofs
    assert "wasn't asked for one" in proofs.evidence(sent).decode()
    (document,) = proofs.photographed(proofs.ask(sent, parcel)).documents
    assert document.photo is not None

    (known,) = proofs.known(sent)[parcel].documents
    page = proofs.evidence(sent).decode()

    assert (known.photo, known.url) == (None, "")
    assert known.earlier is not None
    assert known.earlier.at == document.photo.fetched_at
    assert known.earlier.digest in page
    assert "wasn't asked for one" not in page
    assert "fetch the proof again" in page


def test_to_ask_again_does_not_forget_what_was_fetched(
    service: MCFService, sent: str, parcel: int
) -> None:
    proofs = service.tracking.proofs
    proofs.photographed(proofs.ask(sent, parcel))

    proofs.ask(sent, parcel)

    (known,) = proofs.known(sent)[parcel].documents
    assert known.earlier is not None


def test_a_parcel_without_a_proof_is_known_to_have_been_asked_for(
    service: MCFService, simulator: Simulator, sent: str
) -> None:
    number = shipped(simulator, sent).number
    service.tracking.refresh(sent)
    service.tracking.proofs.ask(sent, number)

    assert service.tracking.proofs.known(sent)[number].documents == ()
    assert whole(service, sent).proofs[number].documents == ()
