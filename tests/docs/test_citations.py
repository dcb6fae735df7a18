"""Citations of ``docs/reference/wire`` in code and texts name a page and a section that are there."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WIRE = ROOT / "docs" / "reference" / "wire"
CITATION = re.compile(
    r"wire/(?P<page>[a-z0-9-]+)\s(?P<sections>§\d+(?:\.\d+)*(?:(?:, |–| and |, and )§\d+(?:\.\d+)*)*)"
)
BARE = re.compile(r"(?:api-v[12]|task-types-(?:2d-text|3d))(?:\.md)?\W{0,2} ?§")
SUFFIXES = {".py", ".ts", ".tsx", ".md"}


@cache
def texts() -> list[tuple[str, str]]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    return [(name, (ROOT / name).read_text()) for name in listed if Path(name).suffix in SUFFIXES]


def cited() -> list[tuple[str, str, str]]:
    return sorted(
        {
            (name, match["page"], number)
            for name, text in texts()
            for match in CITATION.finditer(text)
            for number in re.findall(r"\d+(?:\.\d+)*", match["sections"])
        }
    )


@cache
def sections(page: str) -> frozenset[str]:
    return frozenset(re.findall(r"^#+ (\d+(?:\.\d+)*)\.? ", (WIRE / f"{page}.md").read_text(), re.MULTILINE))


@pytest.mark.parametrize("page", sorted({page for _, page, _ in cited()}))
def test_every_cited_section_is_there(page: str) -> None:
    existing = sections(page)
    assert [
        f"{name}: §{number}"
        for name, cited_page, number in cited()
        if cited_page == page and number not in existing
    ] == []


def test_there_are_citations() -> None:
    assert len(cited()) > 200


def test_nothing_cites_documents_that_are_not_here() -> None:
    assert [name for name, text in texts() if BARE.search(text)] == []
