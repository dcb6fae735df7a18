"""A test without any server: what does the program do when a project is not there?"""

import pytest

from scaleapi import ScaleClient
from scaleapi.exceptions import ScaleResourceNotFound
from scaleapi.testing import CannedTransport


def ensure_project(client: ScaleClient, name: str) -> str:
    """The program: make the project unless it is there."""
    try:
        return client.get_project(name).name
    except ScaleResourceNotFound:
        return client.create_project(name, "imageannotation").name


def test_a_missing_project_is_made() -> None:
    transport = CannedTransport()
    transport.refuse("GET", "projects/cones", 404, "Project with that name not found.")
    transport.answer("POST", "projects", {"name": "cones", "type": "imageannotation"})
    assert ensure_project(ScaleClient("any key", transport=transport), "cones") == "cones"
    assert transport.requests[-1].json == {"type": "imageannotation", "name": "cones"}


def test_other_refusals_are_told() -> None:
    transport = CannedTransport()
    transport.refuse("GET", "projects/cones", 402, "Not enabled.")
    with pytest.raises(Exception, match="Not enabled"):
        ensure_project(ScaleClient("any key", transport=transport), "cones")
