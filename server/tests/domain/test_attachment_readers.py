"""Files are looked into only while they are of a size that can be."""

import asyncio
from pathlib import Path

import pytest

from labelwright.domain import attachment_readers
from labelwright.tasktypes import registry
from labelwright.tasktypes.attachment_readers import ContentReader, InvalidContent
from labelwright.tasktypes.base import CloudFacts


def test_large_files_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = ContentReader(lambda data: CloudFacts(len(data)), most_bytes=3)
    monkeypatch.setattr(registry, "readers", lambda: {"few": reader})
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_bytes(b"abc")
    large.write_bytes(b"abcd")
    assert '"points":3' in (asyncio.run(attachment_readers.read("few", small)) or "")
    assert asyncio.run(attachment_readers.read("", large)) is None
    with pytest.raises(InvalidContent, match="more than 3 bytes"):
        asyncio.run(attachment_readers.read("few", large))


def test_what_task_types_ask_for_can_be_looked_into() -> None:
    assert {"lidar_frame", "lidar_scene"} <= registry.readers().keys()
