"""Team operations as values."""

from __future__ import annotations

import pytest

from scaleapi import Teammate, TeammateRole
from scaleapi._calls import teams
from scaleapi._calls.request import NO_BODY
from scaleapi.exceptions import ScaleInvalidRequest

JO = {"emails": ["jo@x.example"], "team_role": "manager"}
OPERATIONS = [
    (teams.list_teammates(), "GET", "teams", NO_BODY),
    (teams.invite_teammates(["jo@x.example"], TeammateRole.Manager), "POST", "teams/invite", JO),
    (teams.update_teammates_role(("jo@x.example",), "manager"), "POST", "teams/set_role", JO),
]


@pytest.mark.parametrize(("request_", "method", "path", "body"), OPERATIONS)
def test_operations(request_, method, path, body):
    assert (request_.method, request_.path, request_.body) == (method, path, body)
    assert request_.repeatable
    (mate,) = request_.parse([{"email": "jo@x.example", "role": "invited", "expiry": "soon"}], None)
    assert isinstance(mate, Teammate)
    assert (mate.email, mate.role, mate.expiry, mate.company) == ("jo@x.example", "invited", "soon", None)


def test_one_address_is_not_a_list():
    with pytest.raises(ScaleInvalidRequest, match="emails must be a list"):
        teams.invite_teammates("jo@x.example", TeammateRole.Member)
