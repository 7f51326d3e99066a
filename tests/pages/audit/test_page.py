"""The page of the audit, for those who may read it."""

from __future__ import annotations

from mcf.access.actor import acting
from mcf.access.roles import Role
from mcf.service import MCFService
from pages.parts.common import places
from tests.pages.conftest import Be, open_page, texts


def test_the_audit_is_for_those_who_may_read_it(program: MCFService, be: Be) -> None:
    be(Role.MANAGER)
    with acting(be(Role.OWNER)):
        program.stock.review.choices.put_off("order:1", program.now())
    at = open_page(places.AUDIT)
    at.button(key="audit_verify").click().run()
    be(Role.OPERATOR)

    assert at.dataframe[0].value["action"].tolist() == ["concern.put off"]
    assert "1 record, each as it was written" in texts(at)
    assert "You may not read the audit. Ask a manager or owner." in texts(open_page(places.AUDIT))
