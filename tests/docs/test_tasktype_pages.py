"""The pages of task types have what readers look for, and come from the types themselves."""

import json
import re
from pathlib import Path

import msgspec
import pytest
from scripts import docs_tasktypes

from labelwright.tasktypes.base import TaskType
from labelwright.tasktypes.examples import examples_of
from labelwright.tasktypes.registry import task_types

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "reference" / "task-types"
KINDS = [kind for slug, kind in task_types().items() if slug == kind.slug]
BLOCK = re.compile(r"^([^\n:]+):\n\n```json\n(.*?)\n```", re.MULTILINE | re.DOTALL)
each = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)


def section(text: str, heading: str) -> str:
    """What stands below a heading of the second level."""
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def test_there_is_a_page_for_each_type_and_no_other() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == {"README", *(kind.slug for kind in KINDS)}


def test_the_index_says_what_each_type_is() -> None:
    index = (FOLDER / "README.md").read_text()
    for kind in KINDS:
        row = next(line for line in index.splitlines() if f"]({kind.slug}.md)" in line)
        assert docs_tasktypes.about(kind) in row
        assert len(docs_tasktypes.about(kind).split()) >= 3
        assert all(f"`{alias}`" in row for alias in kind.aliases)


@each
def test_every_parameter_and_every_member_of_the_answer_is_explained(kind: TaskType) -> None:
    text = (FOLDER / f"{kind.slug}.md").read_text()
    for model, heading in ((kind.params_model, "Parameters"), (kind.answer_model, "Answer")):
        first = section(text, heading).partition("\n### ")[0]
        for field in model.__struct_encode_fields__:
            row = next(line for line in first.splitlines() if line.startswith(f"| `{field}` |"))
            assert not row.endswith("|  |"), row


@each
def test_examples_on_the_page_are_those_that_the_tests_run(kind: TaskType) -> None:
    text = (FOLDER / f"{kind.slug}.md").read_text()
    shown = {
        name.lower(): json.loads(body) for name, body in BLOCK.findall(section(text, "Examples of requests"))
    }
    examples = examples_of(kind)
    assert list(shown)[:2] == ["minimal", "full"]
    assert shown.keys() == {name.lower() for name in examples.good_params}
    kept = msgspec.json.decode(
        kind.check_params(
            {key: msgspec.Raw(json.dumps(value).encode()) for key, value in shown["full"].items()}
        )
    )
    assert {key: kept[key] for key in examples.good_params["full"]} == examples.good_params["full"]


@each
def test_what_is_refused_is_there_with_its_sentence(kind: TaskType) -> None:
    text = (FOLDER / f"{kind.slug}.md").read_text()
    requests, answers = section(text, "Requests that are refused"), section(text, "Answers that are refused")
    for name, bad in examples_of(kind).bad_params.items():
        assert any(row.startswith(f"| {name} |") and bad.message in row for row in requests.splitlines()), (
            name
        )
    for name, wrong in examples_of(kind).bad_answers.items():
        row = next(row for row in answers.splitlines() if row.startswith(f"| {name} |"))
        assert all(f"`{place or '(whole)'}`" in row.replace("``", "`") for place, _ in wrong.problems), row


@each
def test_sample_and_score_are_there(kind: TaskType) -> None:
    text = (FOLDER / f"{kind.slug}.md").read_text()
    sample = section(text, "Answer in test mode")
    assert ("without a `response`" in sample) == (examples_of(kind).sample == "none")
    assert len(section(text, "Score").split()) > 15


def test_a_request_is_told_by_what_it_has_else() -> None:
    good = {"minimal": {"a": 1, "b": {"c": [1, 2]}, "long": "x" * 200}}
    tell = docs_tasktypes.difference
    assert tell({**good["minimal"], "b": {"c": [1, 3]}}, good) == "minimal: `b.c[1]` = `3`"
    assert tell({"a": True, "b": {"c": [1, 2]}, "long": "x" * 200}, good) == "minimal: `a` = `true`"
    assert tell({"a": 1, "b": {"c": [1, 2]}}, good) == "minimal: without `long`"
    assert tell(good["minimal"], good) == "minimal"
    assert tell({}, good) == "`{}`"
