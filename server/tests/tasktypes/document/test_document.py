"""Documents beyond their examples: amounts, dates, pages, and what comes out."""

from typing import Any

import msgspec
import pytest

from labelwright.tasktypes.base import Media
from labelwright.tasktypes.document.content import amount, year_first
from labelwright.tasktypes.document.examples import FULL, INVOICE, MODEL, OFFICIAL, TURNED, box
from labelwright.tasktypes.registry import find

DOCUMENT = find("documenttranscription")
WITH_MODEL = find("documentmodel")


def final(kind: Any, params: Any, answer: Any, stored: Any) -> Any:
    text, problems = kind.check_answer(stored(kind, params), answer)
    assert list(problems) == []
    return msgspec.json.decode(text)


@pytest.mark.parametrize(
    ("text", "lang", "wanted"),
    [
        ("$1,914.29", "en-US", ("1,914.29", 1914.29, "USD")),
        ("1 914,29 €", "fr", ("1 914,29", 1914.29, "EUR")),
        ("1.914,29", "de-DE", ("1.914,29", 1914.29, None)),
        ("1.914", "de-DE", ("1.914", 1914, None)),
        ("1.914", "en", ("1.914", 1.914, None)),
        ("1,914", "EN-us", ("1,914", 1914, None)),
        ("1,5", "de", ("1,5", 1.5, None)),
        ("1.000.000", "es", ("1.000.000", 1000000, None)),
        ("1'234.50 CHF", "de-CH", ("1'234.50", 1234.5, "CHF")),
        ("-£5", "en", ("-5", -5, "GBP")),
        ("(12.00) USD", "en", ("-12.00", -12, "USD")),
        ("Total: 7", "en", ("7", 7, None)),
        ("3 for 5", "en", None),
        ("free", "en", None),
        ("", "en", None),
        ("9" * 400, "en", None),
    ],
)
def test_amounts(text: str, lang: str, wanted: Any) -> None:
    assert amount(text, lang) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-11-22", "2026-11-22"),
        (" 2026/1/2 ", "2026-01-02"),
        ("2026.02.29", None),
        ("2026-11/22", None),
        ("22.11.2026", None),
        ("20261122", None),
        ("", None),
    ],
)
def test_dates_that_begin_with_the_year(text: str, wanted: str | None) -> None:
    found = year_first(text)
    assert (found.isoformat() if found else None) == wanted


def test_flags_add_to_the_answer(stored: Any) -> None:
    given = [box(label="total.value", text="£12.50"), box(label="day", text="2026-11-22")]
    money, day = final(DOCUMENT, FULL, {"annotations": given}, stored)["annotations"]
    assert money["money"] == {"amount": "12.50", "parsed": 12.5, "currency": "GBP"}
    assert day["date"] == {"year": 2026, "month": 11, "day": 22}
    assert (money["refs"], len(money["uuid"])) == ([], 36)
    (unread,) = final(DOCUMENT, FULL, {"annotations": [box(label="day", text="22/11/26")]}, stored)[
        "annotations"
    ]
    assert unread["date"] == {}


def test_sizes_of_images_bound_pages_and_places(stored: Any) -> None:
    params = stored(DOCUMENT, FULL)
    media = [Media("s3://docs/1.png", 100, 200, "image/png"), Media("s3://docs/2.png", 30, 30, "image/png")]
    answer = {"annotations": [box(label="table", page=page) for page in (0, 1, 2)]}

    def found(media: list[Media]) -> list[tuple[str, str]]:
        return [(one.path, one.code) for one in DOCUMENT.check_answer(params, answer, media)[1]]

    assert found(media) == [
        ("annotations[1].location.width", "outside"),
        ("annotations[1].location.height", "outside"),
        ("annotations[2].page", "outside"),
    ]
    for unknown in (Media("s3://docs/2.pdf"), Media("s3://docs/2.tif", 30, 30, "image/tiff")):
        assert found([media[0], unknown]) == []
    assert found([]) == []


def test_links_without_rules_and_with(found: Any) -> None:
    pair = [box(uuid="a", refs=["b"]), box(uuid="b")]
    assert found(DOCUMENT, OFFICIAL, {"annotations": pair}) == []
    ruled = {**OFFICIAL, "rules": {"linking": {"labels": []}}}
    assert found(DOCUMENT, ruled, {"annotations": pair}) == [("annotations[0].refs[0]", "wrong_target")]
    both = {**OFFICIAL, "rules": {"linking": {"labels": [["barcode", "barcode"]]}}}
    assert found(DOCUMENT, both, {"annotations": pair}) == []


def test_samples(stored: Any) -> None:
    def sample(kind: Any, params: Any) -> Any:
        return msgspec.json.decode(kind.sample_answer(stored(kind, params)))

    (region,) = sample(DOCUMENT, OFFICIAL)["annotations"]
    assert region.pop("uuid")
    assert region == {
        "page": 0,
        "label": "barcode",
        "text": "test response",
        "location": {"type": "box", "left": 10, "top": 10, "width": 100, "height": 30},
        "refs": [],
    }
    assert sample(DOCUMENT, TURNED)["annotations"][0]["location"]["type"] == "polygon"
    made = {one["label"]: one for one in sample(DOCUMENT, FULL)["annotations"]}
    assert list(made) == ["word", "total.key", "total.value", "day", "paid", "table"]
    assert made["total.value"]["money"] == {"amount": "1.00", "parsed": 1}
    assert made["day"]["date"] == {"year": 2020, "month": 1, "day": 1}
    assert made["paid"]["checked"] is True
    assert sample(WITH_MODEL, MODEL) == {"annotations": [], "model": "invoices-3", "reviewed": False}


def test_a_submit_counts_as_a_review(stored: Any) -> None:
    made = final(WITH_MODEL, MODEL, {"annotations": []}, stored)
    assert made == {"annotations": [], "model": "invoices-3", "reviewed": True}


def test_attachments_in_order(stored: Any) -> None:
    assert list(DOCUMENT.attachments(stored(DOCUMENT, OFFICIAL))) == [INVOICE]
    assert list(DOCUMENT.attachments(stored(DOCUMENT, FULL))) == FULL["attachments"]
