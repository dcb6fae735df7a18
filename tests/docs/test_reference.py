"""The generated pages are fresh, and have a heading for every setting, command, option, endpoint and refusal."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import click
import pytest

from labelwright.api import app as app_api
from labelwright.api import v1
from labelwright.api.endpoint import Endpoint
from labelwright.cli import main
from labelwright.settings import Settings
from labelwright.tasktypes.registry import task_types

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"


@pytest.fixture(scope="module")
def docs() -> ModuleType:
    """``scripts/docs.py`` as a module."""
    spec = importlib.util.spec_from_file_location("docs_script", ROOT / "scripts" / "docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def headings(page: str) -> set[str]:
    """The headings of a reference page, without backticks."""
    text = (REFERENCE / page).read_text()
    return {heading.replace("`", "") for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


def options(command: click.Command, path: str = "") -> set[str]:
    """Every command and option below a command, as the page names them."""
    if isinstance(command, click.Group):
        return {
            name for word, one in command.commands.items() for name in options(one, f"{path} {word}".strip())
        }
    given = (one for one in command.params if isinstance(one, click.Option))
    return {f"labelwright {path}", *(f"{path} {one.opts[0]}" for one in given)}


def paths(prefix: str, table: tuple[Endpoint, ...]) -> set[str]:
    """Every endpoint of a table, as the page names it."""
    found = set()
    for endpoint in table:
        if endpoint.path == "/task/{type}":
            found.update(f"POST {prefix}/task/{slug}" for slug in task_types())
        elif endpoint.listed:
            found.add(f"{endpoint.method} {prefix}{endpoint.path}")
    return found


def test_the_written_pages_are_fresh(docs: ModuleType) -> None:
    stale = [str(path.relative_to(ROOT)) for path, text in docs.wanted().items() if path.read_text() != text]
    assert stale == [], "run `make docs`"


def test_every_setting_has_a_heading() -> None:
    assert set(Settings.__struct_fields__) <= headings("settings.md")


def test_every_command_and_option_has_a_heading() -> None:
    assert options(main) <= headings("cli.md")


def test_every_endpoint_has_a_heading() -> None:
    assert paths("/v1", v1.ENDPOINTS) <= headings("rest-v1.md")
    assert paths("/api", app_api.ENDPOINTS) <= headings("app-api.md")


def test_every_refusal_has_a_heading(docs: ModuleType) -> None:
    assert {f"{kind.status} {kind.code}" for kind in docs.refusals()} <= headings("errors.md")


def test_every_endpoint_of_v1_has_a_row_in_the_rooms_readme() -> None:
    text = (ROOT / "server/src/labelwright/api/v1/README.md").read_text()
    served = {
        (verb, path)
        for verbs, paths_, yes in re.findall(r"^\| ([A-Z, ]+) \| (.+?) \| (yes|no) \|", text, re.MULTILINE)
        if yes == "yes"
        for verb in verbs.split(", ")
        for path in re.findall(r"`([^`]+)`", paths_)
    }
    assert served == {(one.method, one.path) for one in v1.ENDPOINTS if one.listed}


def test_a_stale_snippet_is_noticed(docs: ModuleType) -> None:
    page = "before\n<!-- snippet: test_mode.py -->\n```python\nold = 1\n```\n<!-- /snippet -->\nafter\n"
    fresh = docs.with_snippets(page)
    assert "old = 1" not in fresh
    assert (ROOT / "docs/snippets/test_mode.py").read_text().rstrip() in fresh
    assert docs.with_snippets(fresh) == fresh


def test_every_snippet_is_shown_on_a_page(docs: ModuleType) -> None:
    shown = {
        name
        for path in docs.written_by_hand()
        for name in re.findall(r"<!-- snippet: (\S+) -->", path.read_text())
    }
    assert shown == {path.name for path in (ROOT / "docs" / "snippets").glob("*.py")}
