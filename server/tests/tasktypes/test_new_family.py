"""A folder is all that a new family of task types takes: no other file has to know of it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from scripts import docs_tasktypes
from server.tests.harness import Tenant, done, refused

import labelwright.tasktypes
from labelwright.api.contract import v1_contract
from labelwright.tasktypes.registry import find, task_types

TYPES = '''"""Greetings."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from labelwright.errors import Problem
from labelwright.tasktypes.base import Media, Score
from labelwright.tasktypes.checked_type import CheckContext, CheckedType
from labelwright.tasktypes.wire.problems import read


class GreetingParams(msgspec.Struct, kw_only=True):
    """Parameters of ``greeting``: a word of welcome.

    Attributes:
        attachment: whom to greet.
        most: the longest greeting, in characters.
    """

    attachment: str
    most: Annotated[int, Meta(ge=1, le=80)] = 40


class GreetingAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The ``response`` of a ``greeting`` task.

    Attributes:
        words: the greeting.
    """

    words: str


class Greeting(CheckedType[GreetingParams, GreetingAnswer]):
    """The task type ``greeting``."""

    slug = "greeting"
    aliases = ("hello",)
    params_model = GreetingParams
    answer_model = GreetingAnswer

    def check(self, params: GreetingParams) -> None:
        """Nothing."""

    def references(self, params: GreetingParams) -> Sequence[str]:
        """Nothing."""
        return ()

    def examine(
        self, params: GreetingParams, answer: Any, occasion: CheckContext
    ) -> tuple[GreetingAnswer, list[Problem]]:
        """Read."""
        reading = read(GreetingAnswer, answer, occasion.start)
        return reading.whole or GreetingAnswer(words=""), reading.problems

    def sample(self, params: GreetingParams) -> Any:
        """Greet."""
        return {"words": f"Hello, {params.attachment}"[: params.most]}

    def compare(
        self, params: GreetingParams, expected: GreetingAnswer, given: GreetingAnswer, media: Sequence[Media]
    ) -> Score:
        """The share of equal words."""
        return Score(float(expected == given))


TASK_TYPES = (Greeting(),)
'''

EXAMPLES = '''"""Examples."""

from labelwright.tasktypes.examples import BadAnswer, BadParams, Examples, GoodAnswer, because

MINIMAL = {"attachment": "Ada"}
EXAMPLES = Examples(
    good_params={"minimal": MINIMAL, "full": {"attachment": "Ada", "most": 7}},
    bad_params={"nobody": BadParams({}, because('"attachment" is required'), "attachment")},
    good_answers={"kind": GoodAnswer(MINIMAL, {"words": "Hi"})},
    bad_answers={"silent": BadAnswer(MINIMAL, {}, [("words", "required")])},
)
'''


@pytest.fixture
def greeting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The family ``greeting`` in a folder of its own, beside those of the server."""
    folder = tmp_path / "greeting"
    folder.mkdir()
    (folder / "__init__.py").write_text(TYPES)
    (folder / "examples.py").write_text(EXAMPLES)
    monkeypatch.setattr(labelwright.tasktypes, "__path__", [*labelwright.tasktypes.__path__, str(tmp_path)])
    task_types.cache_clear()
    yield
    monkeypatch.undo()
    task_types.cache_clear()
    for name in [name for name in sys.modules if name.startswith("labelwright.tasktypes.greeting")]:
        del sys.modules[name]
    assert "greeting" not in task_types()


@pytest.mark.usefixtures("greeting")
def test_tasks_of_a_new_family_are_made_and_answered(tenant: Tenant) -> None:
    assert find("hello").slug == "greeting"
    live = done(tenant.live.post("/v1/task/greeting", json={"attachment": "Ada", "my_own_key": 1}))
    assert (live["type"], live["status"]) == ("greeting", "pending")
    assert live["params"] == {"attachment": "Ada", "my_own_key": 1}
    test = done(tenant.test.post("/v1/task/hello", json={"attachment": "Ada", "most": "7"}))
    assert (test["type"], test["response"]) == ("greeting", {"words": "Hello, "})
    reason = '"most" must be less than or equal to 80'
    refused(tenant.live.post("/v1/task/greeting", json={"attachment": "Ada", "most": 81}), 400, reason)
    leo, rita = tenant.person("leo"), tenant.person("rita", "member")
    mine = leo.claim_one()
    refused(leo.submit(mine["id"], answer={"words": 1}), 400)
    done(leo.submit(mine["id"], answer={"words": "Hi"}))
    rita.judge()
    assert tenant.read(live["task_id"])["response"] == {"words": "Hi"}
    listed = done(tenant.live.get("/v1/tasks", params={"type": "hello"}))
    assert [task["task_id"] for task in listed["docs"]] == [live["task_id"]]


@pytest.mark.usefixtures("greeting")
def test_a_new_family_is_in_the_contract() -> None:
    document = v1_contract()
    for slug in ("greeting", "hello"):
        body = document["paths"][f"/v1/task/{slug}"]["post"]["requestBody"]["content"]["application/json"]
        assert {"$ref": "#/components/schemas/GreetingParams"} in body["schema"]["allOf"]
    schemas = document["components"]["schemas"]
    assert schemas["GreetingParams"]["properties"]["most"]["maximum"] == 80
    assert "words" in schemas["GreetingAnswer"]["properties"]


@pytest.mark.usefixtures("greeting")
def test_a_new_family_has_its_page() -> None:
    pages = docs_tasktypes.pages()
    assert (
        "| [`greeting`](greeting.md) | `hello` | A word of welcome |"
        in pages[f"{docs_tasktypes.FOLDER}/README.md"]
    )
    page = pages[f"{docs_tasktypes.FOLDER}/greeting.md"]
    assert (
        "| `most` | integer |  | `40` | at least 1, at most 80 | the longest greeting, in characters. |"
        in page
    )
    assert "minimal: without `attachment`" in page or "`{}`" in page
    assert "The share of equal words." in page
    assert '{"words": "Hello, Ada"}' in page


def test_without_its_folder_the_family_is_gone(tenant: Tenant) -> None:
    refused(tenant.live.post("/v1/task/greeting", json={"attachment": "Ada"}), 400, "greeting")
    assert f"{docs_tasktypes.FOLDER}/greeting.md" not in docs_tasktypes.pages()
