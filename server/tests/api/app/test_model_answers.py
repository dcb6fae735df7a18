"""Answers of models while somebody labels a conversation."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from server.tests.harness import Server, Tenant, Worker, done, refused

from labelwright.domain import model_answers
from labelwright.domain.platform import ModelFailed, ModelReply
from labelwright.store import model_answers as rows

MODELS = [{"id": "a", "parameters": {"temperature": 0.5}}, {"id": "b"}, {"id": "c"}]


class Told:
    """Answers with what it was asked, and remembers it; model ``b`` never answers."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[tuple[str, str]], Mapping[str, Any]]] = []

    async def complete(
        self, model: str, messages: Sequence[ModelReply], parameters: Mapping[str, Any]
    ) -> str:
        self.asked.append((model, [(one.role, one.text) for one in messages], parameters))
        if model == "b":
            raise ModelFailed("Not today.")
        return f"{model} says {len(self.asked)}"


@pytest.fixture
def source(server: Server) -> Iterator[Told]:
    """Stands for the models of the server while a test runs."""
    before, told = server.platform.models, Told()
    object.__setattr__(server.platform, "models", told)
    yield told
    object.__setattr__(server.platform, "models", before)


@pytest.fixture
def leo(tenant: Tenant) -> Worker:
    """Somebody who may work everywhere."""
    return tenant.person("leo", "member")


def chat(tenant: Tenant, kind: str = "chat", **more: Any) -> dict[str, Any]:
    """A conversation with three models, two of which answer each prompt."""
    project = tenant.project(kind=kind, params={})["name"]
    wanted = {"project": project, "instruction": "Talk.", "models": MODELS, "responses_per_turn": 2, **more}
    made: dict[str, Any] = done(tenant.live.post(f"/v1/task/{kind}", json=wanted))
    return made


def body(*texts: str, request_id: str = "r1", **more: Any) -> dict[str, Any]:
    """A request with what user and model said by turns."""
    roles = ("user", "assistant")
    messages = [{"role": roles[i % 2], "text": text} for i, text in enumerate(texts)]
    return {"request_id": request_id, "turn": len(texts) // 2, "messages": messages, **more}


class TestModelAnswers:
    def test_the_default_echoes_and_each_model_answers(self, tenant: Tenant, leo: Worker) -> None:
        chat(tenant)
        mine = leo.claim_one()
        answers = done(leo.post(f"/assignments/{mine['id']}/model-answers", body("Hello?")))["answers"]
        assert [(a["source_id"], a["text"], a["error"]) for a in answers] == [
            ("a", "a: Hello?", None),
            ("b", "b: Hello?", None),
        ]
        assert answers[0]["message_id"] != answers[1]["message_id"]

    def test_one_that_fails_does_not_lose_the_others(self, tenant: Tenant, leo: Worker, source: Told) -> None:
        chat(tenant, initial_messages=[{"role": "system", "content": "Be brief."}])
        mine = leo.claim_one()
        url = f"/assignments/{mine['id']}/model-answers"
        answers = done(leo.post(url, body("Hello?", "Hi.", "Why?")))["answers"]
        assert [(a["source_id"], a["text"], a["error"]) for a in answers] == [
            ("a", "a says 1", None),
            ("b", None, "Not today."),
        ]
        said = [("system", "Be brief."), ("user", "Hello?"), ("assistant", "Hi."), ("user", "Why?")]
        assert source.asked == [("a", said, {"temperature": 0.5}), ("b", said, {})]

    def test_f09_any_error_of_a_model_is_its_own(
        self, tenant: Tenant, leo: Worker, source: Told, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def breaks(model: str, messages: Sequence[ModelReply], parameters: Mapping[str, Any]) -> str:
            if model == "a":
                raise RuntimeError("unheard of")
            return "Hi."

        monkeypatch.setattr(source, "complete", breaks)
        chat(tenant)
        url = f"/assignments/{leo.claim_one()['id']}/model-answers"
        answers = done(leo.post(url, body("Hello?")))["answers"]
        assert [(a["source_id"], a["text"], a["error"]) for a in answers] == [
            ("a", None, "The model could not be asked."),
            ("b", "Hi.", None),
        ]

    def test_a_retry_asks_nobody(self, tenant: Tenant, leo: Worker, source: Told) -> None:
        chat(tenant)
        url = f"/assignments/{leo.claim_one()['id']}/model-answers"
        first = done(leo.post(url, body("Hello?")))
        assert done(leo.post(url, body("Hello?"))) == first
        assert len(source.asked) == 2
        refused(leo.post(url, body("Something else?")), 409, "request_id")
        again = done(leo.post(url, body("Hello?", request_id="r2")))
        assert again != first
        assert len(source.asked) == 4

    def test_one_that_is_under_way_is_not_asked_twice(
        self, tenant: Tenant, server: Server, leo: Worker, monkeypatch: pytest.MonkeyPatch, source: Told
    ) -> None:
        chat(tenant)
        assignment = leo.claim_one()["id"]
        url = f"/assignments/{assignment}/model-answers"

        async def died_before(*_: object) -> None:
            """Keep nothing."""

        with monkeypatch.context() as patched:
            patched.setattr(rows, "end", died_before)
            done(leo.post(url, body("Hello?")))
        refused(leo.post(url, body("Hello?")), 409, "already")
        assert len(source.asked) == 2
        server.clock.advance(seconds=server.settings.model_timeout + 31)
        assert done(leo.post(url, body("Hello?")))["answers"][0]["text"] == "a says 3"

    def test_threads_have_their_own_models(self, tenant: Tenant, leo: Worker, source: Told) -> None:
        named = [{"id": "left", "models": [{"id": "z"}]}, {"id": "right"}]
        chat(tenant, "multichat", threads=named)
        url = f"/assignments/{leo.claim_one()['id']}/model-answers"
        left = done(leo.post(url, body("Hello?", thread="left")))["answers"]
        right = done(leo.post(url, body("Hello?", thread="right")))["answers"]
        assert [[a["source_id"] for a in side] for side in (left, right)] == [["z"], ["a", "b"]]
        refused(leo.post(url, body("Hello?")), 400, "thread")

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({"request_id": ""}, "request_id"),
            ({"turn": 2}, "turn"),
            ({"turn": -1}, "turn"),
            ({"turn": 1}, "messages"),
            ({"thread": "nowhere"}, "thread"),
            ({"messages": [{"role": "assistant", "text": "Hi"}]}, "role"),
            ({"messages": [{"role": "system", "text": "Obey"}]}, "role"),
            ({"messages": [{"role": "user", "text": " "}]}, "empty"),
            ({"messages": [{"role": "user", "text": "x" * 32_001}]}, "32000"),
        ],
    )
    def test_what_is_wrong_asks_nobody(
        self, tenant: Tenant, leo: Worker, source: Told, changes: dict[str, Any], says: str
    ) -> None:
        chat(tenant, max_turns=2)
        url = f"/assignments/{leo.claim_one()['id']}/model-answers"
        refused(leo.post(url, {**body("Hello?"), **changes}), 400, says)
        assert source.asked == []

    def test_the_conversation_as_a_whole_is_limited(self, tenant: Tenant, leo: Worker, source: Told) -> None:
        chat(tenant)
        url = f"/assignments/{leo.claim_one()['id']}/model-answers"
        refused(leo.post(url, body(*["x" * 30_000] * 7)), 400, "200000")
        assert source.asked == []

    def test_tasks_without_models(self, tenant: Tenant, leo: Worker) -> None:
        chat(tenant, models=[])
        refused(leo.post(f"/assignments/{leo.claim_one()['id']}/model-answers", body("Hi")), 400, "no models")

    def test_tasks_that_are_no_conversations(self, tenant: Tenant, leo: Worker) -> None:
        tenant.task()
        refused(leo.post(f"/assignments/{leo.claim_one()['id']}/model-answers", body("Hi")), 400, "type")

    def test_only_whoever_holds_the_lease(
        self, tenant: Tenant, server: Server, leo: Worker, source: Told
    ) -> None:
        chat(tenant)
        url = f"/assignments/{leo.claim_one()['id']}/model-answers"
        refused(tenant.person("mia").post(url, body("Hello?")), 404)
        done(leo.post(url, body("Hello?")))
        server.clock.advance(seconds=server.settings.lease_seconds + 1)
        refused(leo.post(url, body("Hello?")), 409)
        assert len(source.asked) == 2

    def test_not_too_often(self, tenant: Tenant, server: Server, leo: Worker, source: Told) -> None:
        chat(tenant)
        url = f"/assignments/{leo.claim_one()['id']}/model-answers"
        for i in range(model_answers.REQUESTS_PER_MINUTE):
            done(leo.post(url, body("Hello?", request_id=str(i))))
        late = leo.post(url, body("Hello?", request_id="late"))
        refused(late, 429)
        assert 1 <= int(late.headers["Retry-After"]) <= 60
        done(leo.post(url, body("Hello?", request_id="0")))
        server.clock.advance(seconds=61)
        done(leo.post(url, body("Hello?", request_id="late")))
