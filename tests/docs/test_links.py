"""Every relative link, anchor, picture and named file in the Markdown pages is there."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[2]
SKIPPED = {".venv", "node_modules", ".git", ".cache", ".tools", ".demo", "webapp"}
FOLDERS = ("server", "sdk", "web", "tests", "scripts", "docs", "contract", "changes", "benchmarks")
_LINK = re.compile(r"\[[^\]]*\]\(([^()\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


def pages() -> list[Path]:
    """Every Markdown page of the repository."""
    found = [
        path
        for pattern in ("*.md", *(f"{folder}/**/*.md" for folder in FOLDERS))
        for path in ROOT.glob(pattern)
        if not SKIPPED & set(path.relative_to(ROOT).parts)
    ]
    return sorted(set(found))


def prose(page: Path) -> str:
    """A page without its code blocks."""
    return _FENCE.sub("", page.read_text())


def links(text: str) -> Iterator[str]:
    """Where a page's links and pictures lead."""
    for match in _LINK.finditer(_CODE.sub(lambda code: "x" * len(code[0]), text)):
        yield match[1]


@cache
def anchors(page: Path) -> frozenset[str]:
    """The fragments that GitHub gives a page's headings; repeated headings are numbered."""
    seen: Counter[str] = Counter()
    found = set()
    for heading in _HEADING.findall(prose(page)):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return frozenset(found)


def leads(page: Path, link: str, root: Path) -> bool:
    """Whether a relative link leads to a file of the repository, and its fragment to a heading."""
    path, _, fragment = unquote(link).partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists() or not target.is_relative_to(root):
        return False
    return not fragment or (target.suffix == ".md" and fragment in anchors(target))


def broken(page: Path, root: Path = ROOT) -> list[str]:
    """The relative links of a page that lead nowhere."""
    relative = (link for link in links(prose(page)) if not re.match(r"[a-z]+:", link))
    return [link for link in relative if not leads(page, link, root)]


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    assert broken(page) == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_are_named_exist(page: Path) -> None:
    """Inline code that looks like a path from the root, or from ``server/src/labelwright``, is one."""
    first = {path.name for path in (ROOT / "server/src/labelwright").iterdir() if path.is_dir()}
    missing = []
    for code in _CODE.findall(prose(page)):
        if not re.fullmatch(r"[\w./-]+/[\w.-]+\.(py|ts|tsx|md|json)", code):
            continue
        top = code.partition("/")[0]
        bases = [ROOT] if top in FOLDERS else [ROOT / "server/src/labelwright"] if top in first else []
        if bases and not any((base / code).exists() for base in (*bases, page.parent)):
            missing.append(code)
    assert missing == []


def test_every_page_below_docs_can_be_reached_from_the_index() -> None:
    reached: set[Path] = set()
    todo = [ROOT / "docs/README.md"]
    while todo:
        page = todo.pop()
        reached.add(page)
        for link in links(prose(page)):
            target = (page.parent / link.partition("#")[0]).resolve()
            if target.suffix == ".md" and target.exists() and target not in reached:
                todo.append(target)
    below = {page for page in pages() if page.is_relative_to(ROOT / "docs")}
    assert below - reached == set()


def test_a_broken_link_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A `b` c\n\n[fine](#a-b-c) [gone](other.md) [no anchor](#nothing) `[code](x.md)`\n")
    assert broken(page, tmp_path) == ["other.md", "#nothing"]
