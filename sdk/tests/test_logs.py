"""The logger: quiet, useful, and without the key."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from scaleapi._logs import Redact
from scaleapi.exceptions import ScaleException


def test_one_line_per_attempt_and_per_retry(client, stub, caplog):
    caplog.set_level("DEBUG", "scaleapi")
    stub.fault(stub.refused(500, "down"))
    stub.fault(stub.DROP)
    client.projects()
    levels = [record.levelname for record in caplog.records if record.name == "scaleapi"]
    assert levels == ["DEBUG", "INFO", "DEBUG", "INFO", "DEBUG"]
    assert "retrying GET /projects in 1.00 s: attempt 1 ended with <Response [500]> down" in caplog.text


def test_the_key_is_in_no_log_line(client, stub, caplog):
    caplog.set_level("DEBUG")
    key = client.api.api_key
    stub.fault(stub.refused(500, f"key {key} is bad"))
    client.projects()
    stub.fault(stub.refused(401, f"Authorization: Basic {key}"))
    with pytest.raises(ScaleException):
        client.projects()
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert "retrying" in logged
    assert key not in logged


@pytest.mark.parametrize(
    "secret", ["Basic dGVzdF9hYmM6", "Bearer abc.def", "live_0123abcd", "test_0123|test", "scaleint_00ff|00"]
)
def test_what_is_redacted(secret):
    record = logging.LogRecord("scaleapi", 10, "f", 1, "before %s after", (secret,), None)
    assert Redact().filter(record)
    assert record.getMessage() == "before [redacted] after"


def test_ordinary_lines_pass_unchanged():
    record = logging.LogRecord("scaleapi", 10, "f", 1, "%s: %d", ("GET /tasks", 200), None)
    Redact().filter(record)
    assert record.args == ("GET /tasks", 200)


@pytest.mark.parametrize(("level", "lines"), [("debug", 1), ("info", 0), ("", 0), ("nonsense", 0)])
def test_scale_log(level, lines):
    code = "import scaleapi, logging; logging.getLogger('scaleapi').debug('hello')"
    environment = {"SCALE_LOG": level, "PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stderr.count("hello") == lines
