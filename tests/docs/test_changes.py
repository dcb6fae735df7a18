"""The change fragments are well-formed, and the changelog has each of them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FRAGMENTS = sorted(path for path in (ROOT / "changes").iterdir() if path.name != "README.md")


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=lambda path: path.name)
def test_fragment(fragment: Path) -> None:
    text = fragment.read_text()
    assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", fragment.name)
    assert re.fullmatch(r"[^#\-\n][^\n]*\.\n", text), "one line that ends with a full stop"
    assert text.strip() in (ROOT / "CHANGELOG.md").read_text()


def test_numbers_are_used_once() -> None:
    numbers = [path.name[:4] for path in FRAGMENTS]
    assert len(numbers) == len(set(numbers))
