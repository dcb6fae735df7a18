"""Keys never reach the log, wherever they are in a line."""

import json
import subprocess
import sys
from typing import Any

import pytest

from labelwright.logs import _redact

KEY = f"live_{'0123456789abcdef' * 2}01234567"


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        f"GET /v1/task/{KEY} 404",
        f"authorization: Bearer {KEY}",
        "Authorization: Basic bGl2ZV9hYmM6Og==",
        f"KeyError: '{KEY}'\n  at line 5",
        KEY.replace("live", "test"),
    ],
)
def test_keys_are_taken_out(text: str) -> None:
    event: dict[str, Any] = {"event": text, "n": 5, "error": text}
    found = _redact(None, "info", event)
    assert KEY not in str(found)
    assert "bGl2ZV9hYmM6Og" not in str(found)
    assert "[secret]" in found["event"]
    assert found["n"] == 5


@pytest.mark.parametrize("text", ["live_d05e", "/v1/tasks", "a live test", "basic", "test_batch_7", ""])
def test_anything_else_stays(text: str) -> None:
    assert _redact(None, "info", {"event": text})["event"] == text


PROGRAM = f"""
import logging, structlog
from labelwright import logs
logs.set_up("warning")
log = structlog.get_logger("x")
log.info("not shown")
log.warning("shown", key="{KEY}", path=object, number=1 << 70)
logging.getLogger("library").info("not shown")
logging.getLogger("library").error("from a library %s", "{KEY}")
try:
    raise ValueError("{KEY}")
except ValueError:
    log.exception("broken")
    logging.getLogger("library").exception("broken too")
"""


def test_every_line_is_one_json_object() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == ""
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == [
        "shown",
        "from a library [secret]",
        "broken",
        "broken too",
    ]
    assert [line["level"] for line in lines] == ["warning", "error", "error", "error"]
    assert all("ValueError" in line["exception"] for line in lines[2:])
    assert KEY not in done.stderr
