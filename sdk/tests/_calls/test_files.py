"""File operations as values."""

from __future__ import annotations

from scaleapi._calls import files


def test_upload():
    request = files.upload_file(b"x", reference_id="r")
    assert (request.method, request.path, request.repeatable) == ("POST", "files/upload", False)
    body = b"".join(request.upload.open())
    assert b'name="reference_id"\r\n\r\nr\r\n' in body


def test_import():
    request = files.import_file("https://h/a", metadata={})
    assert (request.method, request.path, request.repeatable) == ("POST", "files/import", False)
    assert request.body == {"file_url": "https://h/a", "metadata": {}}


def test_listing():
    assert files.get_files().first.query == {}
    first = files.get_files("p", {"a": "b"}, 5).first
    assert (first.path, first.query) == ("files", {"project": "p", "metadata": '{"a":"b"}', "limit": 5})
    page = first.parse({"docs": [{"id": "f", "attachment_url": "scaledata://a/f"}]}, None)
    assert [one.attachment_url for one in page] == ["scaledata://a/f"]
