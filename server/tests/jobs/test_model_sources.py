"""Sources of model answers."""

import asyncio
import gzip
import json
import sys
import threading
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from labelwright.domain.platform import ModelFailed, ModelReply, ModelSource
from labelwright.jobs import model_sources
from labelwright.settings import Settings

PROMPT = [ModelReply("system", "Be brief."), ModelReply("user", "Why?")]
GOOD = json.dumps({"id": "x", "choices": [{"index": 0, "message": {"role": "assistant", "content": "So."}}]})


def complete(source: ModelSource, **parameters: Any) -> str:
    """Ask model ``m``."""
    return asyncio.run(source.complete("m", PROMPT, parameters))


class Endpoint(ThreadingHTTPServer):
    """Answers every request alike, and remembers the last one."""

    status, content = 200, GOOD
    packed, encoding = b"", ""
    location: str | None = None
    seen: tuple[str, str | None, Any] | None = None
    headers: frozenset[str] = frozenset()
    silent: threading.Event | None = None


class _Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.headers = frozenset(name.lower() for name in self.headers)
        self.server.seen = self.path, self.headers["Authorization"], told
        if self.server.silent is not None:
            self.server.silent.wait(30)
        content = self.server.packed or self.server.content.encode()
        self.send_response(self.server.status)
        if self.server.encoding:
            self.send_header("Content-Encoding", self.server.encoding)
        if self.server.location is not None:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """An OpenAI-compatible endpoint."""
    with Endpoint(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        if server.silent is not None:
            server.silent.set()
        server.shutdown()
        thread.join()


def source_of(endpoint: Endpoint, **more: Any) -> ModelSource:
    """The source that asks it."""
    url = f"http://127.0.0.1:{endpoint.server_address[1]}/v1/"
    return model_sources.make_source(Settings(model_source="openai", model_base_url=url, **more))


def test_echo_is_the_default() -> None:
    assert complete(model_sources.make_source(Settings())) == "m: Why?"


def test_recorded(tmp_path: Path) -> None:
    path = tmp_path / "answers.json"
    path.write_text(json.dumps({"m": {"Why?": "Because."}}))
    source = model_sources.make_source(Settings(model_source="recorded", model_file=str(path)))
    assert complete(source) == "Because."
    with pytest.raises(ModelFailed, match="recorded"):
        asyncio.run(source.complete("other", PROMPT, {}))


def test_an_endpoint_is_asked_in_its_words(endpoint: Endpoint) -> None:
    source = source_of(endpoint, model_api_key="sesame")
    assert complete(source, temperature=0.2, top_k=3, stream=True) == "So."
    said = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Why?"}]
    body = {"model": "m", "messages": said, "stream": False, "temperature": 0.2}
    assert endpoint.seen == ("/v1/chat/completions", "Bearer sesame", body)
    assert not {"x-stainless-os", "x-stainless-arch", "x-stainless-runtime"} & endpoint.headers


def test_without_a_key_none_is_sent(endpoint: Endpoint) -> None:
    complete(source_of(endpoint))
    assert endpoint.seen is not None
    assert endpoint.seen[1] is None


@pytest.mark.parametrize(
    ("status", "content", "says"),
    [
        (401, '{"error": "sesame is wrong"}', "status 401"),
        (302, "", "status 302"),
        (200, "<html>", "not a chat completion"),
        (200, '{"choices": []}', "no text"),
        (200, '{"choices": [{"message": {"content": null}}]}', "no text"),
        (200, " " * (model_sources.ANSWER_LIMIT + 1), "too large"),
    ],
)
def test_what_goes_wrong_is_said(endpoint: Endpoint, status: int, content: str, says: str) -> None:
    endpoint.status, endpoint.content = status, content
    endpoint.location = "/elsewhere" if status == 302 else None
    with pytest.raises(ModelFailed, match=says) as raised:
        complete(source_of(endpoint, model_api_key="sesame"))
    assert "sesame" not in str(raised.value)


def zipped(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


@pytest.mark.parametrize(
    ("encoding", "packed", "says"),
    [
        ("gzip", zipped(GOOD[:9].encode()) + zipped(GOOD[9:].encode()), ""),
        ("deflate", zlib.compress(GOOD.encode()), ""),
        ("gzip", zipped(GOOD.encode() + b" " * 99)[:-9], "Content-Encoding"),
        ("br", GOOD.encode(), "Content-Encoding"),
        ("gzip", zipped(bytes(2 * model_sources.ANSWER_LIMIT)), "too large"),
    ],
    ids=range(5),
)
def test_f10_answers_with_codings(endpoint: Endpoint, encoding: str, packed: bytes, says: str) -> None:
    endpoint.encoding, endpoint.packed = encoding, packed
    if not says:
        assert complete(source_of(endpoint)) == "So."
        return
    with pytest.raises(ModelFailed, match=says):
        complete(source_of(endpoint))


def test_silence_ends(endpoint: Endpoint) -> None:
    endpoint.silent = threading.Event()
    with pytest.raises(ModelFailed, match="in time"):
        complete(source_of(endpoint, model_timeout=0.2))


def test_nobody_there(endpoint: Endpoint) -> None:
    source = source_of(endpoint)
    endpoint.server_close()
    with pytest.raises(ModelFailed, match="reached"):
        complete(source)


def test_without_the_client_the_server_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(ValueError, match=r"model_source.*labelwright\[openai\]"):
        model_sources.make_source(Settings(model_source="openai", model_base_url="http://127.0.0.1:1/v1"))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"model_source": "oracle"}, "model_source"),
        ({"model_source": "openai"}, "model_base_url"),
        ({"model_source": "openai", "model_base_url": "ftp://host"}, "model_base_url"),
        ({"model_source": "openai", "model_base_url": "http://a..b/v1"}, "model_base_url"),
        ({"model_source": "openai", "model_base_url": "http://host:99999/v1"}, "model_base_url"),
        ({"model_source": "openai", "model_base_url": "https://me:sesame@host/v1"}, "model_base_url"),
        ({"model_source": "recorded", "model_file": "/nowhere/at/all.json"}, "model_file"),
    ],
)
def test_wrong_settings_are_refused_at_the_start(given: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says) as raised:
        model_sources.make_source(Settings(**given, model_api_key="sesame"))
    assert "sesame" not in str(raised.value)


def test_the_key_is_not_shown() -> None:
    assert "sesame" not in repr(Settings(model_api_key="sesame"))
