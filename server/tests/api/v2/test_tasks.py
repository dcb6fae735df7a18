"""Tasks through V2: conversations, whatever their type (wire/v2-operations §2, wire/v2-conversations §5)."""

from typing import Any

import pytest
from server.tests.harness import BOX_ANSWER, CAT, Server, Tenant, done, refused

from labelwright.clock import iso

MODELS = [{"id": "model-a", "parameters": {"temperature": 0.7, "top_k": 5}}, {"id": "model-b"}]
CHAT = {
    "template_variables": {"prompt": {"type": "string"}, "tone": {"type": "string", "default": "plain"}},
    "models": MODELS,
    "responses_per_turn": 2,
    "allow_rewrite": True,
    "turn_fields": [
        {"type": "ranking_order", "field_id": "preference", "title": "Which is better?",
         "options": [{"label": "A", "value": "model-a"}, {"label": "B", "value": "model-b"}]},
        {"type": "text", "field_id": "justification", "title": "Why?"},
    ],
    "message_fields": [
        {"type": "number", "field_id": "correct", "title": "Correct?", "min": 1, "max": 5},
        {"type": "category", "field_id": "issues", "title": "Issues", "max_choices": 2,
         "choices": [{"label": "None", "value": "none"}, {"label": "Rude", "value": "rude"}]},
    ],
    "task_fields": [{"type": "boolean", "field_id": "useful", "title": "Useful?"}],
}  # fmt: skip
ANSWER = {
    "responses": [
        {"type": "PromptInput", "output": "Three primes above 50?"},
        {"type": "ModelResponse", "output": "51", "source_id": "model-a", "message_id": "m1"},
        {"type": "ModelResponse", "output": "53, 59, 61", "source_id": "model-b", "message_id": "m2"},
        {"type": "RankedChoices", "field_id": "preference", "output": ["model-b", "model-a"]},
        {"type": "TextInput", "field_id": "justification", "output": "51 is 3 · 17"},
        {"type": "Number", "field_id": "correct", "output": 1, "message_id": "m1"},
        {"type": "Number", "field_id": "correct", "output": 5, "message_id": "m2"},
        {"type": "Category", "field_id": "issues", "output": ["none"], "message_id": "m2"},
        {"type": "Rewrite", "output": "53, 59 and 61", "message_id": "m2"},
        {"type": "Boolean", "field_id": "useful", "output": True},
    ]
}


def chat(tenant: Tenant, **more: Any) -> dict[str, Any]:
    """A conversation in a project of its own, not begun."""
    tenant.project("primes", "chat", params=CHAT)
    body = {"project_name": "primes", "template_variables": {"prompt": "primes"}, **more}
    made: dict[str, Any] = done(tenant.live.post("/v2/task/chat", json=body))
    return made


def finish(tenant: Tenant, answer: Any) -> None:
    tenant.person("leo").label(answer)
    tenant.person("rita", "member").judge()


def read(tenant: Tenant, task_id: str, **query: Any) -> dict[str, Any]:
    found: dict[str, Any] = done(tenant.live.get("/v2/task", params={"task_id": task_id, **query}))
    return found


class TestCreate:
    def test_what_a_new_conversation_looks_like(self, tenant: Tenant, server: Server) -> None:
        task = chat(tenant, metadata={"row": 17}, callback_url="https://hooks.example/")
        project = done(tenant.live.get("/v2/project?project_name=primes"))
        assert task == {
            "task_id": task["task_id"],
            "project": project["id"],
            "status": "pending",
            "created_at": iso(server.clock.now()),
            "metadata": {"row": 17},
            "threads": [],
        }
        assert project["models"] == ["model-a", "model-b"]
        v1 = tenant.read(task["task_id"])
        assert v1["type"] == "chat"
        assert v1["params"]["template_variables"] == {"prompt": "primes", "tone": "plain"}
        assert v1["callback_url"] == "https://hooks.example/"

    def test_variables_are_those_of_the_template(self, tenant: Tenant) -> None:
        chat(tenant)
        for variables, says in (
            ({}, '"template_variables.prompt" is required'),
            ({"prompt": "a", "odd": 1}, '"template_variables.odd" is not allowed'),
            ([], "template_variables"),
        ):
            body = {"project_name": "primes", "template_variables": variables}
            refused(tenant.live.post("/v2/task/chat", json=body), 400, says)

    def test_where_it_belongs(self, tenant: Tenant) -> None:
        chat(tenant)
        url, variables = "/v2/task/chat", {"template_variables": {"prompt": "a"}}
        refused(tenant.live.post(url, json=variables), 400, "project_id")
        refused(tenant.live.post(url, json={**variables, "project_name": "nothing"}), 404)
        images = tenant.project()
        refused(tenant.live.post(url, json={**variables, "project_id": images["id"]}), 400, "type")
        batch = done(tenant.live.post("/v2/batch", json={"name": "b", "project_name": "primes"}))
        made = done(tenant.live.post(url, json={**variables, "batch_name": "b"}))
        assert made["batch"] == batch["id"]
        both = {**variables, "batch_name": "b", "project_id": images["id"]}
        refused(tenant.live.post(url, json=both), 400, "batch")
        done(tenant.live.post("/v2/batch/pause", json={"batch_name": "b"}))
        refused(tenant.live.post(url, json={**variables, "batch_name": "b"}), 400, "paused")

    def test_a_unique_id_is_taken_once(self, tenant: Tenant) -> None:
        first = chat(tenant, unique_id="u")
        body = {"project_name": "primes", "template_variables": {"prompt": "a"}, "unique_id": "u"}
        assert first["task_id"] in refused(tenant.live.post("/v2/task/chat", json=body), 409)

    def test_in_test_mode_it_is_done_at_once(self, tenant: Tenant) -> None:
        tenant.project("primes", "chat", params=CHAT, test=True)
        body = {"project_name": "primes", "template_variables": {"prompt": "a"}}
        task = done(tenant.test.post("/v2/task/chat", json=body))
        assert task["status"] == "completed"
        assert task["threads"][0]["turns"][0]["messages"][0]["content"] == {"text": "test prompt"}


class TestConversation:
    def test_an_answer_is_told_turn_by_turn(self, tenant: Tenant) -> None:
        task_id = chat(tenant)["task_id"]
        finish(tenant, ANSWER)
        found = read(tenant, task_id)
        (thread,) = found["threads"]
        (turn,) = thread["turns"]
        assert found["status"] == "completed"
        assert [(m["role"], m["source_id"], m["content"]["text"]) for m in turn["messages"]] == [
            ("user", "user", "Three primes above 50?"),
            ("assistant", "model-a", "51"),
            ("assistant", "model-b", "53, 59, 61"),
        ]

        def short(annotations: Any) -> list[Any]:
            return [(one["key"], one["type"], one["value"]) for one in annotations]

        assert short(turn["annotations"]) == [
            ("preference", "ranked_choices", ["model-b", "model-a"]),
            ("justification", "text", "51 is 3 · 17"),
        ]
        assert [short(message["annotations"]) for message in turn["messages"]] == [
            [],
            [("correct", "integer", 1)],
            [
                ("correct", "integer", 5),
                ("issues", "category_multiple", ["none"]),
                ("rewrite", "text", "53, 59 and 61"),
            ],
        ]
        assert short(thread["annotations"]) == [("useful", "boolean", True)]

    def test_details_are_shown_on_demand(self, tenant: Tenant) -> None:
        task_id = chat(tenant)["task_id"]
        finish(tenant, ANSWER)
        plain = read(tenant, task_id)["threads"][0]
        for one in plain["turns"][0]["annotations"]:
            assert set(one) == {"id", "key", "type", "value"}
        assert "submissions" not in plain
        assert "model_parameters" not in plain["turns"][0]["messages"][1]
        opts = ["annotation_details", "model_parameters", "submissions", "attachment_details"]
        for asked in (opts, ",".join(opts)):
            full = read(tenant, task_id, opts=asked)["threads"][0]
            first = full["turns"][0]["messages"][1]
            assert first["model_parameters"] == {"model": "model-a", "temperature": 0.7, "top_k": 5}
            assert first["annotations"][0]["possible_values"] == [1, 2, 3, 4, 5]
            assert first["annotations"][0]["title"] == "Correct?"
            (submission,) = full["submissions"]
            assert set(submission) == {"submitted_at", "contributor_id"}

    def test_annotations_have_names_that_last(self, tenant: Tenant) -> None:
        task_id = chat(tenant)["task_id"]
        finish(tenant, ANSWER)
        turn = read(tenant, task_id)["threads"][0]["turns"][0]
        messages = [one for message in turn["messages"] for one in message["annotations"]]
        ids = [one["id"] for one in [*turn["annotations"], *messages]]
        assert len(set(ids)) == len(ids) == 6
        for wanted in [*turn["annotations"], *messages]:
            one = done(tenant.live.get("/v2/annotation", params={"annotation_id": wanted["id"]}))
            assert wanted.items() <= one.items()
        refused(tenant.live.get("/v2/annotation", params={"annotation_id": task_id + "0" * 16}), 404)
        refused(tenant.live.get("/v2/annotation"), 400, "annotation_id")

    def test_everything_that_can_be_said_about_an_answer(self, tenant: Tenant) -> None:
        rubric = {
            "id": "r",
            "criteria": [
                {"id": "short", "description": "Is short", "weight": 2, "max_score": 4},
                {"id": "rude", "weight": -1},
            ],
        }
        params = {
            "responses_per_turn": 2,
            "rubrics": [rubric],
            "allow_criteria": True,
            "text_labels": ["claim"],
            "chunk_fields": [{"type": "boolean", "field_id": "right", "title": "Right?"}],
        }
        about = {"message_id": "m1"}
        parts: list[dict[str, Any]] = [
            {"type": "PromptInput", "output": "Why?", "attachments": [{"url": "https://a.example/b.pdf"}]},
            {"type": "ModelResponse", "output": "The Moon. So.", "source_id": "a", **about,
             "chunks": ["The Moon. ", "So."], "reasoning": ["Gravity"]},
            {"type": "ModelResponse", "output": "Tides", "source_id": "b", "message_id": "m2"},
            {"type": "RankedGroups", "output": [["m2", "m1"]]},
            {"type": "RubricCriterion", "output": {"id": "sun", "criterion": "Names the Sun"}},
            {"type": "RubricRating", "output": {"criterion": "short", "score": 3, "justification": "Two"}, **about},
            {"type": "RubricRating", "output": {"criterion": "rude", "score": 1}, **about},
            {"type": "RubricRating", "output": {"criterion": "sun", "score": 0}, **about},
            {"type": "LabeledText", "output": [{"label": "claim", "text": "Moon", "start": 4}], **about},
            {"type": "Boolean", "field_id": "right", "output": True, "chunk": 1, **about},
            {"type": "File", "output": [{"url": "https://a.example/notes.txt", "mime_type": "text/plain"}]},
        ]  # fmt: skip
        tenant.project("moon", "chat", params=params)
        task_id = done(tenant.live.post("/v2/task/chat", json={"project_name": "moon"}))["task_id"]
        finish(tenant, {"responses": parts})
        (thread,) = read(tenant, task_id)["threads"]
        (turn,) = thread["turns"]
        prompt, first, second = turn["messages"]
        assert "attachments" not in prompt["content"]
        shown = read(tenant, task_id, opts="attachment_details")["threads"][0]["turns"][0]["messages"][0]
        assert shown["content"]["attachments"] == [{"url": "https://a.example/b.pdf"}]
        (groups,) = turn["annotations"]
        assert (groups["type"], groups["value"]) == ("ranked_groups", [["b", "a"]])
        assert [one["max_total_score"] for one in turn["rubrics"]] == [8, 1]
        short = turn["rubrics"][0]["criteria_definitions"][0]
        assert (short["criterion"], short["weight"]) == ("Is short", 2)
        assert short["annotations"][0]["value"] == {"weight": 2, "max_score": 4}
        task_rubric, own = first["rubric_evaluations"]
        assert (task_rubric["total_score"], task_rubric["percentage"]) == (5, 62.5)
        assert (own["total_score"], own["percentage"]) == (0, 0)
        assert [one["score"] for one in task_rubric["criteria_evaluations"]] == [3, 1]
        assert "rubric_evaluations" not in second
        (labels,) = first["annotations"]
        assert (labels["type"], labels["value"]) == ("labeled_text", [{"label": "claim", "text": "Moon"}])
        assert first["content"]["reasoning"] == [{"content": "Gravity"}]
        chunk = first["content"]["chunks"][1]
        assert (chunk["text"], chunk["annotations"][0]["value"]) == ("So.", True)
        (files,) = thread["annotations"]
        assert files["value"] == [{"mime_type": "text/plain", "url": "https://a.example/notes.txt"}]
        rating = task_rubric["criteria_evaluations"][0]["annotations"][0]
        assert (rating["type"], rating["value"]["justification"]) == ("rubric_rating", "Two")
        for one in (chunk["annotations"][0], rating, short["annotations"][0]):
            got = done(tenant.live.get("/v2/annotation", params={"annotation_id": one["id"]}))
            assert one.items() <= got.items()

    def test_a_task_that_cannot_be_done_says_why(self, tenant: Tenant) -> None:
        task_id = chat(tenant)["task_id"]
        error = {"message": "It is in Latin.", "type": "UNSUPPORTED_LANGUAGE"}
        finish(tenant, {"responses": [{"type": "TaskError", "output": error}]})
        found = read(tenant, task_id)
        assert (found["status"], found["threads"], found["errors"]) == ("completed", [], [error])

    def test_a_report_takes_the_place_of_the_conversation(self, tenant: Tenant) -> None:
        task_id = chat(tenant)["task_id"]
        report = {"type": "SensitiveContentReport", "output": "personal data"}
        finish(tenant, {"responses": [*ANSWER["responses"], report]})
        found = read(tenant, task_id)
        assert "threads" not in found
        assert found["sensitive_content_reports"] == [
            {"type": "sensitive_content", "message": "personal data"}
        ]

    def test_other_types_are_told_too(self, tenant: Tenant) -> None:
        project = tenant.project()["name"]
        task = tenant.task(project=project, attachment="a cat?")
        finish(tenant, CAT)
        (turn,) = read(tenant, task["task_id"], opts="annotation_details")["threads"][0]["turns"]
        assert turn["messages"][0]["content"]["text"] == "a cat?"
        (one,) = turn["annotations"]
        assert (one["type"], one["value"], one["possible_values"]) == ("category", "cat", ["cat", "dog"])

    def test_shapes_are_a_file_that_can_be_fetched(self, tenant: Tenant) -> None:
        project = tenant.project(kind="imageannotation")["name"]
        task = tenant.task("imageannotation", project=project)
        finish(tenant, BOX_ANSWER)
        (one,) = read(tenant, task["task_id"])["threads"][0]["turns"][0]["annotations"]
        (file,) = one["value"]
        assert (one["key"], one["type"], file["mime_type"]) == ("response", "file", "application/json")
        assert done(tenant.anonymous.get(file["url"])) == tenant.read(task["task_id"])["response"]

    def test_errors_and_the_unfinished(self, tenant: Tenant) -> None:
        task = tenant.task(project=tenant.project()["name"])
        assert read(tenant, task["task_id"])["threads"] == []
        done(tenant.live.post(f"/v1/task/{task['task_id']}/cancel"))
        assert read(tenant, task["task_id"])["status"] == "canceled"
        refused(tenant.live.get("/v2/task?task_id=nothing"), 404)
        refused(tenant.live.get("/v2/task"), 400, "task_id")


class TestLists:
    def test_pages(self, tenant: Tenant, server: Server) -> None:
        project = tenant.project("p")["name"]
        batch = tenant.batch(project, "b")["name"]
        ids = []
        for n in range(7):
            ids.append(tenant.task(**({"batch": batch} if n % 2 else {"project": project}))["task_id"])
            server.clock.advance(seconds=n % 3)
        for selector, wanted in (({"project_name": "p"}, ids[::-1]), ({"batch_name": "b"}, ids[5::-2])):
            seen: list[str] = []
            token: str | None = ""
            while token is not None:
                params = {"limit": 2, **selector, **({"next_token": token} if token else {})}
                page = done(tenant.live.get("/v2/tasks", params=params))
                seen += [task["task_id"] for task in page["tasks"]]
                token = page.get("next_token")
            assert seen == wanted

    def test_filters(self, tenant: Tenant, server: Server) -> None:
        project = tenant.project("p")["name"]
        ids = [tenant.task(project=project)["task_id"] for _ in range(3)]
        finish(tenant, CAT)
        at = tenant.read(ids[0])["completed_at"]

        def found(**query: Any) -> list[str]:
            page = done(tenant.live.get("/v2/tasks", params={"project_name": "p", **query}))
            return [task["task_id"] for task in page["tasks"]]

        assert found(status="completed") == ids[:1]
        assert found(status="deleted") == []
        assert found(completed_after=at) == found(completed_before=at) == []
        assert found(completed_after="2024-01-01T02:03:04.000567+0000") == ids[:1]
        assert found(completed_before="2024-01-01") == []
        assert found(completed_before=f"{at[:-1]}567Z") == ids[:1]
        server.clock.advance(seconds=1)

    def test_selectors_and_what_is_shown_in_full(self, tenant: Tenant) -> None:
        project = tenant.project("p")
        tenant.task(batch=tenant.batch("p", "b")["name"])
        refused(tenant.live.get("/v2/tasks"), 400, "project_id")
        refused(tenant.live.get("/v2/tasks?project_id=nothing"), 404)
        query = f"project_id={project['id']}&expand=project&expand=batch"
        (task,) = done(tenant.live.get(f"/v2/tasks?{query}"))["tasks"]
        assert (task["project"]["name"], task["batch"]["name"]) == ("p", "b")
        assert task["batch"]["project"] == project["id"]

    @pytest.mark.parametrize(
        "query", ["limit=101", "status=done", "expand=delivery", "opts=all", "completed_after=x"]
    )
    def test_wrong_queries(self, tenant: Tenant, query: str) -> None:
        tenant.project("p")
        refused(tenant.live.get(f"/v2/tasks?project_name=p&{query}"), 400, query.partition("=")[0])


def test_metadata(tenant: Tenant) -> None:
    task = chat(tenant, metadata={"a": {"b": 1}})
    body = {"task_id": task["task_id"], "metadata": {"a": {"c": 2}}}
    url = "/v2/task/metadata"
    assert done(tenant.live.post(url, json={**body, "merge": True}))["metadata"] == {"a": {"b": 1, "c": 2}}
    assert done(tenant.live.post(url, json=body))["metadata"] == {"a": {"c": 2}}
    refused(tenant.live.post(url, json={**body, "task_id": "0" * 24}), 404)


def test_projects(tenant: Tenant, server: Server) -> None:
    first = tenant.project(
        "p", params={"genai_types": ["Evals"], "attachment_type": "text", "categories": ["a"]}
    )
    server.clock.advance(seconds=1)
    second = tenant.project("q")
    shown = done(tenant.live.get("/v2/projects"))["projects"]
    assert [(one["id"], one["types"]) for one in shown] == [
        (second["id"], ["Other"]),
        (first["id"], ["Evals"]),
    ]
    after = {"created_after": first["created_at"]}
    assert done(tenant.live.get("/v2/projects", params=after))["projects"] == shown[:1]
    assert done(tenant.live.get("/v2/project", params={"project_id": first["id"]})) == shown[1]
    refused(tenant.live.get("/v2/project"), 400, "project_id")
    refused(tenant.live.get("/v2/projects?created_after=soon"), 400, "created_after")
    bearer = {"authorization": f"Bearer {tenant.live_key}"}
    assert done(tenant.client(headers=bearer).get("/v2/projects"))["projects"] == shown
