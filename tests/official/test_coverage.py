"""``docs/reference/v1-coverage.md`` says what was recorded, and nothing that was recorded is without an endpoint."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from tests.official.releases import RELEASES, V2

from labelwright.api import v1

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def coverage() -> ModuleType:
    """``scripts/coverage.py`` as a module."""
    spec = importlib.util.spec_from_file_location("coverage_script", ROOT / "scripts" / "coverage.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_fresh(coverage: ModuleType) -> None:
    assert coverage.PAGE.read_text() == coverage.page(), "run `make docs`"


def test_every_release_has_its_column(coverage: ModuleType) -> None:
    assert coverage.releases() == [*(one.name for one in reversed(RELEASES)), "npm-2.3.2"]


def test_every_request_that_succeeded_belongs_to_an_endpoint(coverage: ModuleType) -> None:
    lost = [
        (one.release, one.method, one.verb, one.path)
        for _, _, found in coverage.recorded()
        for one in found
        if one.status < 400 and coverage.endpoint_of(one) is None
    ]
    assert lost == []


def test_every_endpoint_has_a_row_or_is_named_as_without_a_client(coverage: ModuleType) -> None:
    text = coverage.PAGE.read_text()
    assert [
        coverage.label(one) for one in v1.ENDPOINTS if one.listed and coverage.label(one) not in text
    ] == []


def test_methods_of_v2_are_named(coverage: ModuleType) -> None:
    assert all(f"`{name}`" in coverage.PAGE.read_text() for name in V2)
