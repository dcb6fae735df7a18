"""Files and attachments in S3: the same behaviour as in a folder, against a server that checks signatures."""

import asyncio
import itertools
from collections.abc import Iterator
from pathlib import Path

import obstore
import pytest
from obstore.exceptions import PermissionDeniedError
from server.tests.harness import Server, Tenant, done, refused
from server.tests.hosts import Host, png
from server.tests.objectstore import ObjectStore

from labelwright.errors import Unavailable
from labelwright.store.blobs import Blobs, open_bucket
from labelwright.tasktypes.shapes import rasters

LARGE = bytes(itertools.islice(itertools.cycle(range(251)), 6_000_000))
"""More than one part of a multipart upload."""


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    """A running S3 server; this process has its user's credentials."""
    with ObjectStore(tmp_path_factory.mktemp("s3")) as made, pytest.MonkeyPatch.context() as patch:
        for name, value in made.environ.items():
            patch.setenv(name, value)
        yield made


@pytest.fixture(scope="module")
def server(s3: ObjectStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that keeps its bytes there, and may read a part of another bucket for attachments."""
    settings = {"blob_url": s3.url("/house"), "attachment_buckets": s3.url("/pictures", bucket="customers")}
    with Server(tmp_path_factory.mktemp("data"), fetch_attachments=True, **settings) as running:
        yield running


@pytest.fixture
def tenant(server: Server) -> Iterator[Tenant]:
    """A fresh account."""
    made = server.tenant()
    yield made
    made.close()


def names(s3: ObjectStore, bucket: str = "labelwright") -> set[str]:
    """Every object of a bucket."""
    pages = obstore.list(open_bucket(s3.url(bucket=bucket)))
    return {str(one["path"]) for page in pages for one in page}


class TestBlobs:
    def test_kept_and_read(self, s3: ObjectStore, tmp_path: Path) -> None:
        (tmp_path / "source").write_bytes(LARGE)

        async def whole() -> None:
            blobs = Blobs(s3.url("/blobs"))
            await blobs.put_file("1/ab/key", tmp_path / "source")
            assert "blobs/1/ab/key" in names(s3)
            assert await blobs.size("1/ab/key") == len(LARGE)
            assert b"".join([piece async for piece in blobs.stream("1/ab/key", 0, len(LARGE))]) == LARGE
            assert (
                b"".join([p async for p in blobs.stream("1/ab/key", 999_999, 1_100_001)])
                == LARGE[999_999:1_100_001]
            )
            for _ in range(2):
                await blobs.delete("1/ab/key")
            with pytest.raises(FileNotFoundError):
                await blobs.size("1/ab/key")
            with pytest.raises(FileNotFoundError):
                await anext(blobs.stream("1/ab/key", 0, 1))

        asyncio.run(whole())

    def test_everything_from_the_environment(
        self, s3: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "source").write_bytes(b"x")
        monkeypatch.setenv("AWS_ENDPOINT", s3.endpoint)
        monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
        monkeypatch.setenv("AWS_REGION", "us-east-1")
        asyncio.run(Blobs("s3://labelwright/env").put_file("key", tmp_path / "source"))
        assert "env/key" in names(s3)

    def test_the_signature_is_checked(
        self, s3: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "source").write_bytes(b"x")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
        with pytest.raises(Unavailable) as refused:
            asyncio.run(Blobs(s3.url("/blobs")).put_file("key", tmp_path / "source"))
        assert isinstance(refused.value.__cause__, PermissionDeniedError)

    @pytest.mark.parametrize(
        "url",
        [
            "s3://bucket?secret_access_key=x",
            "s3://bucket?access_key_id=x&region=y",
            "gs://bucket?endpoint=x",
            "az://container?account_key=x",
        ],
    )
    def test_credentials_do_not_belong_into_the_url(self, url: str) -> None:
        with pytest.raises(ValueError, match="option"):
            Blobs(url)


class TestServer:
    def test_an_upload_is_served_in_ranges(self, server: Server, tenant: Tenant, s3: ObjectStore) -> None:
        file = done(tenant.upload(LARGE, "a.bin"))
        assert any(name.startswith("house/") and name.endswith(file["id"]) for name in names(s3))
        url = server.platform.file_url(file["id"])
        assert tenant.anonymous.get(url).content == LARGE
        for wanted, start, end in (("0-0", 0, 1), ("999999-2000000", 999_999, 2_000_001), ("-5", -5, None)):
            part = tenant.anonymous.get(url, headers={"range": f"bytes={wanted}"})
            assert (part.status_code, part.content) == (206, LARGE[start:end])
        assert tenant.anonymous.head(url).headers["content-length"] == str(len(LARGE))
        # Nothing of it stays on this machine.
        assert [
            path
            for path in server.settings.data.rglob("*")
            if path.is_file() and path.stat().st_size == len(LARGE)
        ] == []

    def test_bytes_that_are_gone(self, server: Server, tenant: Tenant, s3: ObjectStore) -> None:
        file = done(tenant.upload(b"x"))
        (name,) = [name for name in names(s3) if name.endswith(file["id"])]
        obstore.delete(open_bucket(s3.url()), name)
        refused(tenant.anonymous.get(server.platform.file_url(file["id"])), 404, "missing")

    def test_a_file_is_shared(self, tenant: Tenant) -> None:
        one, two = (tenant.project()["name"] for _ in range(2))
        first = done(tenant.upload(LARGE, reference_id="r", project_name=one))
        assert done(tenant.upload(LARGE, reference_id="r", project_name=two))["id"] == first["id"]
        refused(tenant.upload(LARGE[:-1] + b"!", reference_id="r", project_name=two), 409)

    def test_attachments_are_kept_there(self, server: Server, tenant: Tenant, s3: ObjectStore) -> None:
        with Host() as host:
            task = tenant.task("imageannotation", attachment=host.put("/1.png", png(7, 8)))
            server.fetch()
        mine = tenant.person("leo").claim_one()
        assert mine["task"]["task_id"] == task["task_id"]
        (shown,) = mine["task"]["attachments"]
        assert (shown["width"], shown["height"]) == (7, 8)
        assert tenant.anonymous.get(shown["url"]).content == png(7, 8)
        assert any("/attachments/" in name for name in names(s3))

    def test_files_of_answers_are_kept_there(self, server: Server, tenant: Tenant, s3: ObjectStore) -> None:
        image = done(tenant.upload(png(9, 8), test=True))["attachment_url"]
        body = {"attachment": image, "labels": ["sky"]}
        tasks = [done(tenant.test.post("/v1/task/segmentannotation", json=body)) for _ in range(2)]
        combined = tasks[0]["response"]["annotations"]["combined"]
        assert combined == tasks[1]["response"]["annotations"]["combined"]
        mask = tenant.anonymous.get(combined["indexedImage"]).content
        assert rasters.read_index(mask).tolist() == [[1] * 9] * 8
        assert len([name for name in names(s3) if "/answers/" in name]) == 3

    def test_attachments_out_of_a_bucket(self, server: Server, tenant: Tenant, s3: ObjectStore) -> None:
        bucket = open_bucket(s3.url(bucket="customers"))
        for name in ("pictures/a b.png", "secret.png"):
            obstore.put(bucket, name, png(9, 9))
        fine = tenant.task("imageannotation", attachment="s3://customers/pictures/a%20b.png")
        told = {}
        for url in (
            "s3://customers/secret.png",
            "s3://customers/pictures/nothing.png",
            "s3://labelwright/house/x",
        ):
            told[url] = tenant.task("imageannotation", attachment=url)["task_id"]
        server.fetch()
        (shown,) = tenant.person("leo").claim_one()["task"]["attachments"]
        assert shown["ref"] == fine["params"]["attachment"]
        assert tenant.anonymous.get(shown["url"]).content == png(9, 9)
        codes = [tenant.read(task)["response"]["attachments"][0]["statusCode"] for task in told.values()]
        assert codes == [403, 404, 403]

    def test_a_bucket_that_does_not_let_us_in(
        self, server: Server, tenant: Tenant, s3: ObjectStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
        task = tenant.task("imageannotation", attachment="s3://customers/pictures/x.png")["task_id"]
        server.fetch()
        assert tenant.read(task)["response"]["attachments"][0]["statusCode"] == 403
