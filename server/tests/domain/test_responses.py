"""Responses that customers write: checked by the type, marked by the server alone."""

import msgspec
import pytest

from labelwright.domain.responses import checked, marked_as_fix, without_mark
from labelwright.tasktypes import registry

PARAMS = {"attachment": "x", "attachment_type": "text", "categories": ["cat", "dog"]}


@pytest.mark.parametrize("mark", ["true", "false", '"yes"'])
def test_a_mark_that_was_sent_counts_for_nothing(mark: str) -> None:
    given = f'{{"category":"cat","is_customer_fix":{mark}}}'.encode()
    assert checked(registry.find("categorization"), PARAMS, given, ()) == ('{"category":"cat"}', [])


def test_only_errors_are_told() -> None:
    kind = registry.find("categorization")
    _, errors = checked(kind, PARAMS, b'{"category":"cow","colour":"red"}', ())
    assert [(one.path, one.severity) for one in errors] == [("category", "error")]


def test_the_mark_comes_last_and_goes_without_a_trace() -> None:
    text = '{"annotations":[{"left":1.50}],"links":[]}'
    marked = marked_as_fix(text)
    assert msgspec.json.decode(marked)["is_customer_fix"] is True
    assert marked_as_fix(marked) == marked
    assert without_mark(marked.encode()) == without_mark(text.encode()) == text
