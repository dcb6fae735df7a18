"""Tasks that build on another one (wire/task-types-lidar §4, §5): it has to be there, and its frames are shown."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from server.tests import answer_files
from server.tests.harness import Server, Tenant, done, refused
from server.tests.hosts import Host
from server.tests.parents import complete, labelled_clouds
from server.tests.tasktypes.lidar.drives import FRONT, frame_file

POINT = {"x": 1, "y": 2, "z": 3}
LINKING = {"annotation_type": "annotation", "labels": ["Car"]}
BOX = {"type": "box", "label": "Car", "left": 1, "top": 2, "width": 30, "height": 40, "cuboid_uuid": "a"}


def linking(tenant: Tenant, parent: str, *, test: bool = False, **more: Any) -> Any:
    client = tenant.test if test else tenant.live
    return client.post("/v1/task/lidarlinking", json={"lidar_task": parent, **LINKING, **more})


class TestRefusals:
    @pytest.mark.parametrize("parent", ["5f0c0a6b2f9b1c0011a7d001", "nonsense", "é" * 24])
    def test_a_task_that_is_not_there(self, tenant: Tenant, parent: str) -> None:
        told = '"lidar_task" refers to a task that does not exist'
        for test in (False, True):
            refused(linking(tenant, parent, test=test), 400, told)

    def test_a_task_of_somebody_else(self, tenant: Tenant, server: Server) -> None:
        other = server.tenant()
        refused(linking(tenant, labelled_clouds(other)), 400, "does not exist")
        refused(linking(tenant, labelled_clouds(tenant, test=True)), 400, "does not exist")
        other.close()

    def test_a_task_of_another_type(self, tenant: Tenant) -> None:
        task = tenant.task()["task_id"]
        refused(linking(tenant, task), 400, '"lidar_task" must be a lidarannotation task')

    def test_a_task_that_is_not_completed(self, tenant: Tenant) -> None:
        body = {"attachments": ["https://a.example/1.json"], "labels": ["Car"]}
        task = done(tenant.live.post("/v1/task/lidarannotation", json=body))["task_id"]
        refused(linking(tenant, task), 400, '"lidar_task" must be a completed task')
        complete(tenant, task)
        done(linking(tenant, task))

    def test_frames_that_it_has_not(self, tenant: Tenant) -> None:
        task = labelled_clouds(tenant, 3)
        done(linking(tenant, task, lidar_task_frames=[2, 0]))
        refused(
            linking(tenant, task, lidar_task_frames=[0, 3]), 400, '"lidar_task_frames[1]" must be less than 3'
        )


def test_samples_have_as_many_frames(tenant: Tenant) -> None:
    task = labelled_clouds(tenant, 3, test=True)
    made = done(linking(tenant, task, test=True))
    assert len(content(made["response"]["annotations"]["url"])) == 3
    project = tenant.project(kind="lidarsegmentation", params={}, test=True)["name"]
    body = {"lidar_task": task, "labels": ["Road"], "project": project}
    made = done(tenant.test.post("/v1/task/lidarsegmentation", json=body))
    assert len(content(made["response"]["point_segmentations"]["url"])["point_objects"]) == 3


def content(url: str) -> Any:
    """What is in a file of an answer."""
    return msgspec.json.decode(answer_files.content(url))


class TestFrames:
    @pytest.fixture(scope="class")
    def own_server(
        self, fresh: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
    ) -> Iterator[Server]:
        with Server(tmp_path_factory.mktemp("sources"), fresh(), fetch_attachments=True) as running:
            yield running

    @pytest.fixture
    def server(self, own_server: Server) -> Server:
        return own_server

    @pytest.fixture
    def tenant(self, own_server: Server) -> Iterator[Tenant]:
        made = own_server.tenant()
        yield made
        made.close()

    @pytest.fixture
    def parent(self, server: Server, tenant: Tenant) -> str:
        """Two frames: of two points with one camera, of three points with another one."""
        with Host() as host:
            urls = [
                host.put("/0.json", frame_file(points=[POINT] * 2)),
                host.put("/1.json", frame_file(points=[POINT] * 3, images=[{**FRONT, "camera_index": 4}])),
            ]
            body = {"attachments": urls, "labels": ["Car"]}
            task = done(tenant.live.post("/v1/task/lidarannotation", json=body))["task_id"]
            server.fetch()
        complete(tenant, task)
        return task

    def test_labelers_see_them(self, tenant: Tenant, parent: str) -> None:
        done(linking(tenant, parent, lidar_task_frames=[1]))
        (shown,) = tenant.person("leo").claim_one()["task"]["attachments"]
        assert shown["ref"].endswith("/1.json")
        assert tenant.anonymous.get(shown["url"]).status_code == 200

    def test_cameras_and_frames_are_checked(self, tenant: Tenant, parent: str) -> None:
        done(linking(tenant, parent))
        leo = tenant.person("leo")
        mine = leo.claim_one()

        def answer(*cameras: int) -> dict[str, Any]:
            return {
                "annotations": [
                    {"camera_responses": [{"camera_used": one, "annotations": [BOX]}]} for one in cameras
                ]
            }

        told = leo.submit(mine["id"], answer=answer(0, 0)).json()["problems"]
        assert [one["path"] for one in told] == ["annotations[1].camera_responses[0].camera_used"]
        refused(leo.submit(mine["id"], answer=answer(0)), 400, "annotations")
        done(leo.submit(mine["id"], answer=answer(0, 4)))

    def test_points_are_checked(self, tenant: Tenant, parent: str) -> None:
        project = tenant.project(kind="lidarsegmentation", params={})["name"]
        body = {"lidar_task": parent, "labels": ["Road"], "project": project}
        done(tenant.live.post("/v1/task/lidarsegmentation", json=body))
        leo = tenant.person("leo")
        mine = leo.claim_one()

        def answer(*counts: int) -> dict[str, Any]:
            indexes = [[0] * count for count in counts]
            return {"point_segmentations": {"objects": [], "point_objects": indexes}}

        told = leo.submit(mine["id"], answer=answer(2, 2)).json()["problems"]
        assert [one["path"] for one in told] == ["point_segmentations.point_objects[1]"]
        refused(leo.submit(mine["id"], answer=answer(2)), 400, "point_objects")
        done(leo.submit(mine["id"], answer=answer(2, 3)))
