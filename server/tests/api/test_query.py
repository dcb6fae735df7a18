"""Query strings, in every spelling that clients use."""

from urllib.parse import urlencode

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelwright.api import query
from labelwright.api.v1.schemas import TaskQuery
from labelwright.errors import InvalidParameter


class Filters(msgspec.Struct, frozen=True):
    """One parameter of each kind."""

    name: str | None = None
    limit: int = 100
    flag: bool = False
    maybe: bool | None = None
    tags: list[str] | None = None
    unique_id: list[str] | None = None
    customer_review_status: list[str] | None = None


def read(text: str) -> Filters:
    return query.read(Filters, text.encode())


@pytest.mark.parametrize("word", ["true", "True", "TRUE", "tRuE", "1"])
def test_yes(word: str) -> None:
    assert read(f"flag={word}") == Filters(flag=True)
    assert read(f"maybe={word}") == Filters(maybe=True)


@pytest.mark.parametrize("word", ["false", "False", "0"])
def test_no(word: str) -> None:
    assert read(f"flag={word}") == Filters()
    assert read(f"maybe={word}") == Filters(maybe=False)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", Filters()),
        ("name&limit=&flag&tags=&tags[]=", Filters()),
        ("nonsense=1&other[]=2", Filters()),
        ("limit=5", Filters(limit=5)),
        ("name=a&name=b", Filters(name="b")),
        ("name=a+b%2Fc%C3%A9", Filters(name="a b/cé")),
        ("tags=a", Filters(tags=["a"])),
        ("tags=a&tags=b", Filters(tags=["a", "b"])),
        ("tags=a,b&tags=c", Filters(tags=["a,b", "c"])),
        ("tags=c&tags=a,b", Filters(tags=["c", "a,b"])),
        ("tags=a%2Cb", Filters(tags=["a,b", "a", "b"])),
        ("tags[]=a,b", Filters(tags=["a,b"])),
        ("tags[]=a,b&tags=c,d", Filters(tags=["a,b", "c,d"])),
        ("tags[]=a&tags[]=b", Filters(tags=["a", "b"])),
        ("tags%5B%5D=a", Filters(tags=["a"])),
        ("tags=,a,,", Filters(tags=[",a,,", "a"])),
        (
            "customer_review_status=a,b&customer_review_status=c",
            Filters(customer_review_status=["a", "b", "c"]),
        ),
        ("customer_review_status[]=a,b", Filters(customer_review_status=["a", "b"])),
        ("unique_id=a,b", Filters(unique_id=["a,b"])),
        ("unique_id=a&unique_id=b", Filters(unique_id=["a", "b"])),
    ],
)
def test_spellings(text: str, found: Filters) -> None:
    assert read(text) == found


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("limit=ten", "limit"),
        ("limit=1.5", "limit"),
        ("limit=" + "9" * 400, "limit"),
        ("flag=perhaps", "flag"),
        ("name=%00", "name"),
        ("tags=%00", "tags"),
        ("name=%FF", "query"),
    ],
)
def test_refusals_name_the_parameter(text: str, field: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        read(text)
    assert refused.value.field == field


def test_bytes_that_are_no_query() -> None:
    with pytest.raises(InvalidParameter):
        query.read(Filters, b"\xff")


words = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=10)
ids = st.lists(words, min_size=1, max_size=4)
tags = st.lists(words, min_size=1, max_size=4).filter(lambda listed: len(listed) > 1 or "," not in listed[0])


@given(project=words, unique_id=ids, tag=tags, flag=st.sampled_from([True, False]), limit=st.integers(1, 100))
def test_what_the_official_client_writes_is_read_again(
    project: str, unique_id: list[str], tag: list[str], flag: bool, limit: int
) -> None:
    given = {
        "project": project,
        "unique_id": unique_id,
        "tags": tag,
        "limited_response": flag,
        "limit": limit,
    }
    assert query.read(TaskQuery, urlencode(given, doseq=True).encode()) == TaskQuery(**given)


def test_f24_a_query_has_a_number_of_parameters() -> None:
    assert query.read(Filters, b"&".join([b"x=1"] * query.MAX_PARAMETERS))
    for text in (b"&".join([b"x=1"] * (query.MAX_PARAMETERS + 1)), b"&" * query.MAX_PARAMETERS):
        with pytest.raises(InvalidParameter, match=str(query.MAX_PARAMETERS)):
            query.read(Filters, text)
