"""Paths are split before they are decoded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from server.tests.harness import segment

from labelwright.api.endpoint import Answer, Call, Endpoint
from labelwright.api.routing import Routes
from labelwright.errors import InvalidParameter, MethodNotAllowed, NotFound


async def nothing(_: Call) -> Answer:
    """Answer nothing."""
    return Answer(b"")


def row(method: str, path: str) -> Endpoint:
    return Endpoint(method, path, nothing, "")


TABLE = [
    row("GET", "/things"),
    row("POST", "/things"),
    row("POST", "/things/special"),
    row("GET", "/things/{name}"),
    row("GET", "/things/{name}/parts"),
    row("PUT", "/things/special/{part}"),
    row("POST", "/{kind}/{name}/parts/{part}"),
]
ROUTES = Routes(TABLE)


@pytest.mark.parametrize(
    ("method", "path", "index", "values"),
    [
        ("GET", "/things", 0, {}),
        ("GET", "/things/", 0, {}),
        ("POST", "/things", 1, {}),
        ("POST", "/things/special", 2, {}),
        ("GET", "/things/a", 3, {"name": "a"}),
        ("GET", "/things/a%2Fb%20c", 3, {"name": "a/b c"}),
        ("GET", "/things/a%252F", 3, {"name": "a%2F"}),
        ("GET", "/things/%C3%A9", 3, {"name": "é"}),
        ("GET", "/things/a+b", 3, {"name": "a+b"}),
        ("GET", "/things/special/parts", 4, {"name": "special"}),
        ("PUT", "/things/special/x", 5, {"part": "x"}),
        ("POST", "/x/y/parts/z", 6, {"kind": "x", "name": "y", "part": "z"}),
        ("POST", "/things/y/parts/z", 6, {"kind": "things", "name": "y", "part": "z"}),
    ],
)
def test_found(method: str, path: str, index: int, values: dict[str, str]) -> None:
    assert ROUTES.find(method, path.encode()) == (TABLE[index], values)


@pytest.mark.parametrize(
    "path", ["/", "", "/other", "/things/a/b", "/things//parts", "//", "/things/a/parts/b/c"]
)
def test_not_found(path: str) -> None:
    with pytest.raises(NotFound):
        ROUTES.find("GET", path.encode())


def test_another_verb() -> None:
    with pytest.raises(MethodNotAllowed, match="GET, POST"):
        ROUTES.find("DELETE", b"/things")


@pytest.mark.parametrize("path", [b"/things/%FF", b"/things/\xff", b"/things/a%00b"])
def test_what_is_no_text(path: bytes) -> None:
    with pytest.raises(InvalidParameter):
        ROUTES.find("GET", path)


def test_an_endpoint_is_declared_once() -> None:
    with pytest.raises(RuntimeError, match="twice"):
        Routes([row("GET", "/a/{x}"), row("GET", "/a/{y}")])


@given(name=st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1))
def test_any_name_comes_through(name: str) -> None:
    assert ROUTES.find("GET", f"/things/{segment(name)}/parts".encode())[1] == {"name": name}
