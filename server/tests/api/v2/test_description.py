"""The description of V2 itself."""

from server.tests.answers import FOLDER
from server.tests.harness import Tenant


def test_it_is_the_checked_in_contract(tenant: Tenant) -> None:
    assert tenant.anonymous.get("/v2/openapi").text == (FOLDER / "v2.json").read_text()
