"""Responses that customers write: checked by the type, marked by the server alone."""

import msgspec
import pytest
from server.tests.harness import Server, Tenant

from labelwright.domain.responses import checked, marked_as_fix, without_mark
from labelwright.tasktypes import registry

PARAMS = {"attachment": "x", "attachment_type": "text", "categories": ["cat", "dog"]}


@pytest.mark.parametrize("mark", ["true", "false", '"yes"'])
def test_a_mark_that_was_sent_counts_for_nothing(server: Server, tenant: Tenant, mark: str) -> None:
    given = f'{{"category":"cat","is_customer_fix":{mark}}}'.encode()
    kind = registry.find("categorization")
    kept = server.run(checked(server.platform, tenant.env, kind, PARAMS, given, ()))
    assert kept == ('{"category":"cat"}', [])


def test_only_errors_are_told(server: Server, tenant: Tenant) -> None:
    kind, given = registry.find("categorization"), b'{"category":"cow","colour":"red"}'
    _, errors = server.run(checked(server.platform, tenant.env, kind, PARAMS, given, ()))
    assert [(one.path, one.severity) for one in errors] == [("category", "error")]


def test_the_mark_comes_last_and_goes_without_a_trace() -> None:
    text = '{"annotations":[{"left":1.50}],"links":[]}'
    marked = marked_as_fix(text)
    assert msgspec.json.decode(marked)["is_customer_fix"] is True
    assert marked_as_fix(marked) == marked
    assert without_mark(marked.encode()) == without_mark(text.encode()) == text
