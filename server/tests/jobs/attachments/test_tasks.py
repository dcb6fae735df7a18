"""Attachments are fetched before anybody works on a task, and a task whose attachments cannot be had says so."""

import asyncio
import random
from collections import Counter
from typing import Any

import pytest
from server.tests.harness import BOX_ANSWER, Server, Tenant, done, refused, segment
from server.tests.hosts import Host, Page, png
from server.tests.jobs.attachments.helpers import boxes, compare, of_task, scratch
from server.tests.receiver import Receiver

from labelwright.app import open_platform
from labelwright.domain import attachments, batches
from labelwright.domain.attachments import MAX_ATTEMPTS, NOT_DOWNLOADED, SHARED_FOR
from labelwright.jobs.attachments import AttachmentWorker
from labelwright.store import accounts, outbox, tasks, work


class TestWayOfATask:
    def test_it_waits_until_its_attachment_is_there(self, server: Server, tenant: Tenant, host: Host) -> None:
        url = host.put("/1.png", png(31, 17))
        leo = tenant.person("leo")
        task = boxes(tenant, url)
        assert tenant.read(task)["status"] == "pending"
        assert leo.claim() == []
        assert server.fetch() == 1
        mine = leo.claim_one()
        assert mine["task"]["task_id"] == task
        (shown,) = mine["task"]["attachments"]
        assert (shown["ref"], shown["mime_type"], shown["width"], shown["height"]) == (
            url,
            "image/png",
            31,
            17,
        )
        # The screen loads it from here, also when the customer's host is gone.
        assert shown["url"].startswith("/files/")
        answer = tenant.anonymous.get(shown["url"])
        assert (answer.content, answer.headers["content-type"]) == (png(31, 17), "image/png")
        part = tenant.anonymous.get(shown["url"], headers={"range": "bytes=1-3"})
        assert (part.status_code, part.content) == (206, b"PNG")
        assert host.requests == Counter({"/1.png": 1})
        assert scratch(server) == []

    def test_answers_are_checked_against_the_real_size(
        self, server: Server, tenant: Tenant, host: Host
    ) -> None:
        boxes(tenant, host.put("/1.png", png(31, 17)))
        server.fetch()
        leo = tenant.person("leo")
        mine = leo.claim_one()
        box = {**BOX_ANSWER["annotations"][0], "left": 0, "top": 0, "width": 32}
        refused(leo.submit(mine["id"], answer={**BOX_ANSWER, "annotations": [box]}), 400, "width")

    @pytest.mark.parametrize(
        "more",
        [
            {"attachment": "just text", "attachment_type": "text"},
            {"attachment": "https://no.example is text", "attachment_type": "text"},
            {"attachment": "http://127.0.0.1:1/", "attachment_type": "website"},
        ],
    )
    def test_what_is_not_fetched(self, server: Server, tenant: Tenant, more: Any) -> None:
        task = tenant.task(**more)["task_id"]
        assert of_task(server, task) == []
        assert server.fetch() == 0
        assert tenant.person("leo").claim_one()["task"]["task_id"] == task

    @pytest.mark.parametrize("kind", ["textcollection", "multistage", "chat"])
    def test_of_several_attachments_only_files_are_fetched(
        self, server: Server, tenant: Tenant, host: Host, kind: str
    ) -> None:
        picture = host.put("/1.png", png())
        attachments = [
            {"type": "website", "content": host.url("/page")},
            {"type": "text", "content": "A text: https://no.example/as-text"},
            {"type": "image", "content": picture},
        ]
        form = [{"type": "text", "field_id": "a", "title": "A"}]
        params: dict[str, Any] = {"attachments": attachments}
        if kind == "textcollection":
            params["fields"] = form
        elif kind == "multistage":
            inner = {"attachment_type": "website", "attachment": host.url("/other"), "categories": ["a"]}
            params["stages"] = [
                {"id": "one", "type": "textcollection", "params": {**params, "fields": form}},
                {"id": "two", "type": "categorization", "params": inner},
            ]
        project = tenant.project(kind=kind, params={})["name"]
        task = done(tenant.live.post(f"/v1/task/{kind}", json={"project": project, **params}))
        assert [one.url for one in of_task(server, task["task_id"])] == [picture]
        server.fetch()
        assert host.requests == Counter({"/1.png": 1})
        shown = tenant.person("leo").claim_one()["task"]["attachments"]
        assert {one["content"] for one in attachments} <= {one["ref"] for one in shown}

    def test_a_text_that_looks_like_an_address_is_shown_and_not_fetched(
        self, server: Server, tenant: Tenant
    ) -> None:
        params = {"text": "https://no.example/x", "labels": [{"name": "address"}]}
        task = done(tenant.live.post("/v1/task/namedentityrecognition", json=params))["task_id"]
        assert of_task(server, task) == []
        (shown,) = tenant.person("leo").claim_one()["task"]["attachments"]
        assert shown["ref"] == params["text"]

    def test_our_own_files_are_there_already(self, server: Server, tenant: Tenant) -> None:
        task = boxes(tenant, done(tenant.upload(png(), "a.png"))["attachment_url"])
        assert of_task(server, task) == []
        assert tenant.person("leo").claim_one()["task"]["task_id"] == task

    def test_nobody_waits_in_test_mode(self, server: Server, tenant: Tenant, host: Host) -> None:
        task = tenant.task("imageannotation", test=True, attachment=host.url("/nothing"))
        assert task["status"] == "completed"
        assert server.fetch() == 0

    def test_files_of_this_machine(self, server: Server, tenant: Tenant) -> None:
        shelf = server.settings.data / "shelf"
        (shelf / "a.png").write_bytes(png())
        fine, outside = boxes(tenant, f"file://{shelf}/a.png"), boxes(tenant, "file:///etc/passwd")
        server.fetch()
        assert tenant.person("leo").claim_one()["task"]["task_id"] == fine
        assert tenant.read(outside)["response"]["attachments"] == [
            {"statusCode": 403, "url": "file:///etc/passwd"}
        ]

    def test_a_staged_batch_is_still_waited_for(self, server: Server, tenant: Tenant, host: Host) -> None:
        project = tenant.project(kind="imageannotation", rapid=True)["name"]
        early, late = (tenant.batch(project)["name"] for _ in range(2))
        url = host.put("/1.png", png())
        first, second = (boxes(tenant, url, batch=name) for name in (early, late))
        leo = tenant.person("leo")
        done(tenant.live.post(f"/v1/batches/{segment(early)}/finalize"))
        assert leo.claim() == []
        server.fetch()
        assert [one["task"]["task_id"] for one in leo.claim(count=5)] == [first]
        done(tenant.live.post(f"/v1/batches/{segment(late)}/finalize"))
        assert [one["task"]["task_id"] for one in leo.claim(count=5)] == [first, second]

    def test_finalized_while_the_last_check_ends(self, server: Server, tenant: Tenant, host: Host) -> None:
        """However the two fall together in two processes, no task is left waiting for a finalize that has been."""
        project = tenant.project(kind="imageannotation", rapid=True)["name"]
        names = [tenant.batch(project)["name"] for _ in range(12)]
        made = [boxes(tenant, host.put(f"/{n}.png", png()), batch=name) for n, name in enumerate(names)]

        async def both() -> None:
            other = await open_platform(server.settings, server.clock)
            env = await other.read(accounts.environment_of, tenant.account_id, "live")
            assert env is not None
            worker = AttachmentWorker(server.platform)
            try:
                for n in range(0, 12, 4):
                    ends = [batches.finalize(other, env, name) for name in names[n : n + 4]]
                    await asyncio.gather(worker.fetch_due(), *ends)
                while await worker.fetch_due():
                    pass
            finally:
                await other.store.close()

        server.run(both())
        found = server.run(server.platform.read(work.of_tasks, made))
        assert [one.state for one in found.values()] == [work.OPEN] * 12


class TestAddresses:
    def test_f15_a_long_one(self, server: Server, tenant: Tenant, host: Host) -> None:
        """Longer than what an index of PostgreSQL takes, and of letters that do not compress."""
        path = "/" + random.Random(1).randbytes(3900).hex()
        tasks_ = [boxes(tenant, host.put(f"{path}{n}", png(n + 1, 1))) for n in (0, 1)]
        server.fetch()
        assert [of_task(server, task)[0].width for task in tasks_] == [1, 2]
        again = boxes(tenant, host.url(f"{path}0"))
        server.fetch()
        assert of_task(server, again)[0].width == 1
        assert host.requests[f"{path}0"] == 1

    def test_f15_other_letters(self, server: Server, tenant: Tenant, host: Host) -> None:
        host.put("/b%C3%BCro.png?%C3%BC", png())
        url = host.url("/büro.png?ü")
        task = boxes(tenant, url)
        server.fetch()
        assert of_task(server, task)[0].width == 30
        assert tenant.read(task)["params"]["attachment"] == url

    @pytest.mark.parametrize(
        "url", ["http://[bad/", "http://☃.example/", "http://x:99999/", "http://a\\b/", "https://"]
    )
    def test_f15_rows_of_earlier_releases_are_given_up(
        self, server: Server, tenant: Tenant, host: Host, url: str
    ) -> None:
        task, fine = boxes(tenant, "https://img.example/1.png"), boxes(tenant, host.put("/1.png", png()))

        async def change(tx: Any) -> None:
            await tx.run(
                "UPDATE attachment SET url = $1, host = $2 WHERE task_id = $3", url, outbox.host_of(url), task
            )

        server.run(server.platform.store.write(change))
        server.fetch()
        assert tenant.read(task)["status"] == "error"
        assert of_task(server, fine)[0].state == 1

    def test_f10_passwords_stand_in_no_history(self, server: Server, tenant: Tenant, host: Host) -> None:
        host.put("/1.png", Page(status=403))
        task = boxes(tenant, host.url("/1.png").replace("//", "//me:sesame@"))
        server.fetch()
        assert tenant.read(task)["status"] == "error"

        async def told(db: Any) -> Any:
            return await db.all("SELECT data FROM event WHERE task_id = $1", task)

        assert "sesame" not in str(server.run(server.platform.read(told)))
        assert "sesame" not in (of_task(server, task)[0].error or "")


class TestFailures:
    def test_what_the_customer_is_told(self, server: Server, tenant: Tenant, host: Host) -> None:
        url = host.put("/7.png", Page(b"no", 403))
        with Receiver() as receiver:
            task = boxes(tenant, url, callback_url=receiver.url(), unique_id="u")
            server.fetch()
            server.deliver()
        told = {"error": NOT_DOWNLOADED, "attachments": [{"statusCode": 403, "url": url}]}
        shown = tenant.read(task)
        assert (shown["status"], shown["response"], shown["unique_id"]) == ("error", told, "u")
        (delivery,) = receiver.deliveries
        assert (delivery.body["status"], delivery.body["response"]) == ("error", told)
        assert tenant.person("leo").claim() == []
        assert tenant.live.get("/v1/tasks", params={"status": "error"}).json()["total"] == 1
        assert server.fetch() == 0
        refused(tenant.live.post(f"/v1/task/{task}/cancel"), 400)

    def test_the_history_says_why(self, server: Server, tenant: Tenant, host: Host) -> None:
        url = host.put("/7.png", Page(b"x" * 100_001))
        task = boxes(tenant, url)
        server.fetch()
        events = done(tenant.person("ada", "admin").get(f"/tasks/{task}"))["events"]
        (event,) = [one for one in events if one["kind"] == "failed"]
        assert event["data"] == {"attachments": [{"url": url, "error": "It is larger than 100000 bytes."}]}

    def test_the_unique_id_is_free_again_when_asked_for(
        self, server: Server, tenant: Tenant, host: Host
    ) -> None:
        task = boxes(tenant, host.url("/nothing"), unique_id="u", clear_unique_id_on_error=True)
        server.fetch()
        assert "unique_id" not in tenant.read(task)
        boxes(tenant, host.url("/nothing"), unique_id="u")

    def test_every_bad_attachment_is_named(self, server: Server, tenant: Tenant, host: Host) -> None:
        fine, gone, private = host.put("/1.png", png()), host.url("/nothing"), "http://10.0.0.1/x.png"
        task = compare(tenant, [fine, gone, private])["task_id"]
        assert server.fetch() == 3
        assert tenant.read(task)["response"]["attachments"] == [
            {"statusCode": 404, "url": gone},
            {"statusCode": 403, "url": private},
        ]

    def test_the_batch_is_done_when_its_last_task_has_failed(
        self, server: Server, tenant: Tenant, host: Host
    ) -> None:
        project = tenant.project(kind="imageannotation")["name"]
        batch = tenant.batch(project)["name"]
        boxes(tenant, host.url("/nothing"), batch=batch)
        server.fetch()
        status = done(tenant.live.get(f"/v1/batches/{segment(batch)}/status"))
        assert (status["status"], status["error"], status["pending"]) == ("completed", 1, 0)

    def test_what_passes_is_tried_again(self, server: Server, tenant: Tenant, host: Host) -> None:
        pages = iter([Page(status=503), Page(status=429), Page(png())])
        task = boxes(tenant, host.put("/1.png", lambda: next(pages)))
        for n in range(1, 4):
            assert server.fetch() == 1
            assert server.fetch() == 0
            assert host.requests["/1.png"] == n
            server.clock.advance(seconds=2 * 4 ** (n - 1))
        assert tenant.person("leo").claim_one()["task"]["task_id"] == task
        assert [one.tries for one in of_task(server, task)] == [3]

    def test_not_for_ever(self, server: Server, tenant: Tenant, host: Host) -> None:
        url = host.put("/1.png", Page(status=503))
        task, began = boxes(tenant, url), server.clock.now()
        for _ in range(MAX_ATTEMPTS):
            assert tenant.read(task)["status"] == "pending"
            assert server.fetch() == 1
            server.clock.at = of_task(server, task)[0].next_at
        assert tenant.read(task)["response"]["attachments"] == [{"statusCode": 503, "url": url}]
        assert server.clock.now() - began < 180_000
        assert host.requests["/1.png"] == MAX_ATTEMPTS


class TestSharing:
    def test_a_url_is_asked_for_once_an_hour(self, server: Server, tenant: Tenant, host: Host) -> None:
        url = host.put("/1.png", png())
        for _ in range(10):
            boxes(tenant, url)
        server.fetch()
        boxes(tenant, url)
        assert server.fetch() == 1
        assert host.requests["/1.png"] == 1
        found = done(tenant.live.get("/v1/tasks"))["docs"]
        states = server.run(server.platform.read(work.of_tasks, [task["task_id"] for task in found]))
        assert [one.state for one in states.values()] == [work.OPEN] * 11
        server.clock.advance(seconds=SHARED_FOR / 1000 + 1)
        host.put("/1.png", png(5, 5))
        task = boxes(tenant, url)
        server.fetch()
        assert host.requests["/1.png"] == 2
        assert of_task(server, task)[0].width == 5

    def test_a_failure_is_shared_only_by_those_who_wait(
        self, server: Server, tenant: Tenant, host: Host
    ) -> None:
        url = host.url("/1.png")
        failed = [boxes(tenant, url) for _ in range(2)]
        server.fetch()
        assert host.requests["/1.png"] == 1
        assert {tenant.read(task)["status"] for task in failed} == {"error"}
        host.put("/1.png", png())
        task = boxes(tenant, url)
        server.fetch()
        assert tenant.person("leo").claim_one()["task"]["task_id"] == task

    def test_nobody_gets_what_another_account_fetched(
        self, server: Server, tenant: Tenant, host: Host
    ) -> None:
        url = host.put("/1.png", png(1, 1))
        boxes(tenant, url)
        server.fetch()
        host.put("/1.png", Page(status=403))
        stranger = server.tenant()
        task = boxes(stranger, url)
        server.fetch()
        assert host.requests["/1.png"] == 2
        assert stranger.read(task)["status"] == "error"
        stranger.close()


class TestDownloads:
    def test_where_callers_get_them(self, server: Server, tenant: Tenant, host: Host) -> None:
        file = done(tenant.upload(b"%PDF-1.7", "a.pdf"))["attachment_url"]
        fine = host.put("/1.png", png(9, 9))
        mixed = compare(tenant, [fine, file, fine])["task_id"]
        text = tenant.task()["task_id"]
        server.fetch()

        async def ask() -> Any:
            env = await server.platform.read(accounts.environment_of, tenant.account_id, "live")
            assert env is not None
            found = await server.platform.read(tasks.by_ids, [mixed, text])
            return await attachments.downloads(server.platform, env, list(found.values()))

        found = server.run(ask())
        assert found[text] == []
        assert [(one.attachment_url, one.mime_type) for one in found[mixed]] == [
            (fine, "image/png"),
            (file, "application/pdf"),
        ]
        assert [tenant.anonymous.get(one.path).content for one in found[mixed]] == [png(9, 9), b"%PDF-1.7"]

    def test_a_task_that_its_type_would_not_take_any_more(self, server: Server, tenant: Tenant) -> None:
        """Types become stricter; what was taken once can still be read."""
        file = done(tenant.upload(png(), "a.png"))["attachment_url"]
        fine, old = boxes(tenant, file), tenant.task()["task_id"]

        async def spoil(tx: Any) -> None:
            await tasks.update(tx, old, server.clock.now(), params='{"attachment": 5}')

        server.run(server.platform.store.write(spoil))
        page = done(tenant.live.get("/v1/tasks", params={"include_attachment_url": "true"}))
        found = {one["task_id"]: one["attachmentS3Downloads"] for one in page["docs"]}
        assert [one["attachmentURL"] for one in found[fine]] == [file]
        assert found[old] == []

    def test_what_is_still_owed_is_not_named(self, server: Server, tenant: Tenant, host: Host) -> None:
        task = boxes(tenant, host.put("/1.png", png()))
        (owed,) = of_task(server, task)
        refused(tenant.anonymous.get(server.platform.file_url(owed.id)), 404)
