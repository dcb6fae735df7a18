"""The key is in no log line, repr, text, traceback or pickle, whatever is asked of either client."""

from __future__ import annotations

import asyncio
import logging
import pickle
import sys
import traceback
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner

import scaleapi
from scaleapi import ScaleClient
from scaleapi._calls.tasks import get_task
from scaleapi._cli import cli
from scaleapi._engine import pipeline
from scaleapi.aio import AsyncScaleClient
from scaleapi.exceptions import ScaleException

# Not of the shape that the log filter looks for: what is not said need not be redacted.
KEYS = ("live_0123456789abcdef", "wombat.of.the.north")


def texts(key: str) -> tuple[str, ...]:
    """The key as it is, and as it goes over the wire."""
    return key, b64encode(f"{key}:".encode()).decode()


def said(thing: Any) -> Iterator[str]:
    """Everything that a program may print of a thing without looking for the key."""
    yield from (repr(thing), str(thing), f"{thing}")
    if isinstance(thing, BaseException):
        yield "".join(traceback.format_exception(thing))
        yield from (repr(getattr(thing, name, None)) for name in ("message", "body", "headers", "args"))
        yield repr(pickle.loads(pickle.dumps(thing)))
    if isinstance(thing, list):
        for one in thing:
            yield from said(one)
    if isinstance(thing, scaleapi.Task | scaleapi.Batch | scaleapi.Project | scaleapi.File):
        yield pickle.dumps(thing).decode("latin-1")
        yield repr(thing.as_dict())


def faults(stub: Any) -> None:
    """A refusal, a lost answer, an answer that stops, a redirect, HTML: one for each of the calls."""
    stub.fault(stub.refused(401, "who are you?"))
    stub.fault(stub.DROP)
    stub.fault(stub.Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"))
    stub.fault(stub.Reply(307, b"", {"Location": "/v1/elsewhere"}))
    stub.fault(stub.Reply(520, b"<html>", {"Content-Type": "text/html"}))


def blocking(stub: Any, key: str) -> list[Any]:
    client = ScaleClient(key, api_instance_url=stub.url, max_retries=1)
    client.api._sleep = lambda seconds: None
    found: list[Any] = [client, client.api, vars(client)["api"]._link, client.with_options(timeout=3)]
    found.append(client.create_project("p", "chat"))
    found += [client.create_batch("p", "b"), client.create_task("chat", project="p"), client.tasks()]
    found += [client.get_tasks("p"), client.upload_file(b"x", filename="a"), client.create_task]
    faults(stub)
    for _ in range(4):
        try:
            client.create_task("chat")
        except ScaleException as error:
            found.append(error)
    client.close()
    return [*found, client]


def awaited(stub: Any, key: str) -> list[Any]:
    async def pause(seconds: float) -> None:
        pass

    async def main() -> list[Any]:
        async with AsyncScaleClient(key, api_instance_url=stub.url, max_retries=1) as client:
            client.api._pause = pause  # type: ignore[method-assign]
            coming = client.create_project("p", "chat")
            found: list[Any] = [client, client.api, client.api._link, repr(coming), await coming]
            found += [await client.create_batch("p", "b"), await client.create_task("chat", project="p")]
            found += [client.get_tasks("p"), await client.tasks(), client.create_task]
            faults(stub)
            for _ in range(4):
                try:
                    await client.create_task("chat")
                except ScaleException as error:
                    found.append(error)
        return [*found, client]

    return asyncio.run(main(), debug=True)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("run", [blocking, awaited])
def test_both_clients_keep_the_key_to_themselves(stub, caplog, capfd, run, key):
    caplog.set_level(logging.DEBUG)
    found = run(stub, key)
    assert sum(isinstance(one, ScaleException) for one in found) == 4
    assert any(text in str(stub.requests[0].headers) for text in texts(key))
    printed = capfd.readouterr()
    everything = "\n".join(
        [*(line for one in found for line in said(one)), caplog.text, printed.out, printed.err]
    )
    assert "POST /task/chat: 401" in everything
    for text in texts(key):
        assert text not in everything


@pytest.mark.parametrize("key", KEYS)
def test_what_the_engine_says_about_a_request(stub, key):
    client = ScaleClient(key, api_instance_url=stub.url)
    request = get_task("t")
    settings = client.api._settings()
    step = pipeline.prepare(request, settings)
    assert texts(key)[1] in step.headers["Authorization"]
    for one in (request, settings, step):
        for text in texts(key):
            assert text not in repr(one)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("log", ["debug", ""])
def test_the_command_line_keeps_the_key_to_itself(stub, monkeypatch, caplog, key, log):
    monkeypatch.setenv("SCALE_API_KEY", key)
    monkeypatch.setenv("SCALE_API_INSTANCE_URL", stub.url)
    monkeypatch.setenv("SCALE_LOG", log)
    monkeypatch.setattr(sys, "argv", ["scaleapi"])
    caplog.set_level(logging.DEBUG)
    stub.fault(stub.refused(401, "who are you?"))
    said = []
    for arguments in (
        ["tasks", "count", "--project", "p"],
        ["tasks", "get", "t"],
        ["--help"],
        ["tasks", "--help"],
    ):
        done = CliRunner().invoke(cli, arguments)
        said += [done.output, repr(done.exception)]
    assert "401" in "".join(said)
    for text in texts(key):
        assert text not in "".join(said) + caplog.text
