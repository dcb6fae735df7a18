"""Multipart bodies: what they say, how long they are, and that they start again."""

from __future__ import annotations

import io
import os
import tempfile
from email import message_from_bytes
from email.policy import HTTP
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaleapi._engine.uploads import CHUNK, Multipart, file_part
from scaleapi.exceptions import ScaleException, ScaleInvalidRequest


def sent(multipart):
    body = multipart.open()
    try:
        raw = b"".join(body)
    finally:
        body.close()
    assert body.length in {None, len(raw)}
    return raw


def parts(multipart):
    message = message_from_bytes(
        f"Content-Type: {multipart.content_type}\r\n\r\n".encode() + sent(multipart), policy=HTTP
    )
    assert not message.defects
    return [(part.get_param("name", header="content-disposition"), part) for part in message.iter_parts()]


names = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=10)


@given(st.dictionaries(names, names, max_size=4), st.binary(max_size=300), names)
def test_a_standard_parser_reads_it_back(fields, content, filename):
    made = Multipart(
        fields, [file_part("file", content, filename=filename, content_type="application/x-test")]
    )
    *texts, (name, part) = parts(made)
    assert {key: text.get_content() for key, text in texts} == fields
    assert (name, part.get_filename(), part.get_content_type()) == ("file", filename, "application/x-test")
    assert b"\r\n\r\n" + content + b"\r\n--" in sent(made)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_every_kind_of_source_sends_the_same_bytes(size, tmp_path):
    content = os.urandom(size)
    path = tmp_path / "a.bin"
    path.write_bytes(content)
    with path.open("rb") as opened, tempfile.TemporaryFile() as temporary:
        temporary.write(content)
        temporary.seek(0)
        sources = [content, bytearray(content), memoryview(content), path, str(path), opened, temporary]
        sources += [io.BytesIO(content), iter([content]), ("other.bin", content)]
        for source in sources:
            part = file_part("file", source, filename="f", content_type="t/t")
            body = Multipart({}, [part], boundary="b")
            expected = b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n'
            expected += b"Content-Type: t/t\r\n\r\n" + content + b"\r\n--b--\r\n"
            assert sent(body) == expected


def test_length_is_known_except_for_streams():
    assert Multipart({"a": "b"}, [file_part("file", b"x")]).open().length is not None
    assert Multipart({}, [file_part("file", iter([b"x"]))]).open().length is None


def test_blocks_are_small():
    body = Multipart({}, [file_part("file", io.BytesIO(b"x" * (5 * CHUNK)))]).open()
    assert max(map(len, body)) <= CHUNK


def test_a_file_object_is_sent_from_where_it_stands_and_again_from_there():
    file = io.BytesIO(b"skipped,kept")
    file.seek(8)
    body = Multipart({}, [file_part("file", file)], boundary="b")
    first = sent(body)
    assert b"\r\n\r\nkept\r\n" in first
    assert body.resendable
    assert sent(body) == first
    assert not file.closed


def test_a_path_is_closed_after_each_attempt(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("hi")
    attempt = file_part("file", path).open()
    with attempt as (blocks, size):
        assert (b"".join(blocks), size) == (b"hi", 2)
        assert not attempt._file.closed
    assert attempt._file.closed
    path.unlink()
    with pytest.raises(FileNotFoundError):
        Multipart({}, [file_part("file", path)]).open()


def test_a_stream_is_sent_once():
    body = Multipart({}, [file_part("file", iter([b"x"]))])
    assert body.resendable
    sent(body)
    assert not body.resendable


def test_a_pipe_is_a_stream():
    reader, writer = os.pipe()
    os.write(writer, b"piped")
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        body = Multipart({}, [file_part("file", pipe)])
        assert b"\r\n\r\npiped\r\n" in sent(body)
    assert not body.resendable


def test_text_files_are_sent_as_utf8(tmp_path):
    path = tmp_path / "t.txt"
    path.write_text("naïve ✓", encoding="utf-8")
    with path.open(encoding="utf-8") as file:
        assert "naïve ✓".encode() in sent(Multipart({}, [file_part("file", file)]))
    with tempfile.NamedTemporaryFile("w+", encoding="utf-8") as file:
        file.write("naïve")
        file.seek(0)
        assert "naïve".encode() in sent(Multipart({}, [file_part("file", file)]))


@pytest.mark.parametrize("change", [b"", b"longer than before"])
def test_a_file_that_changes_meanwhile_is_refused(tmp_path, change):
    path = tmp_path / "x"
    path.write_bytes(b"12345")
    body = Multipart({}, [file_part("file", path)]).open()
    path.write_bytes(change)
    with pytest.raises(ScaleException, match="changed while it was sent"):
        b"".join(body)
    body.close()


def test_reading_trouble_is_not_taken_for_a_network_error():
    class Broken(io.BytesIO):
        def read(self, size=-1):
            if size:
                raise OSError("disk")
            return b""

    with pytest.raises(ScaleException, match="reading the file"):
        b"".join(Multipart({}, [file_part("file", Broken(b"x"))]).open())


@pytest.mark.parametrize(
    ("source", "filename", "kind"),
    [
        (Path("/a/b/photo.jpg"), "photo.jpg", "image/jpeg"),
        ("scan.pdf", "scan.pdf", "application/pdf"),
        (b"x", "file", None),
        (("n.json", b"x"), "n.json", "application/json"),
        (("n.json", b"x", "text/x"), "n.json", "text/x"),
    ],
)
def test_names_and_types(source, filename, kind):
    part = file_part("file", source)
    assert (part.filename, part.content_type) == (filename, kind)


def test_the_file_objects_own_name(tmp_path):
    path = tmp_path / "own.png"
    path.write_bytes(b"x")
    with path.open("rb") as file:
        assert file_part("file", file).filename == "own.png"
        assert file_part("file", file, filename="given").filename == "given"
    with tempfile.TemporaryFile() as file:
        assert file_part("file", file).filename == "file"


def test_quotes_and_newlines_in_names():
    raw = sent(Multipart({'a"b': "c"}, [file_part("file", b"", filename='x"\r\ny')]))
    assert b'name="a%22b"' in raw
    assert b'filename="x%22%0D%0Ay"' in raw


def test_form_fields():
    fields = {
        "none": None,
        "list": ["a", None, "b"],
        "object": {"k": [1, None]},
        "yes": True,
        "n": 3,
        "raw": b"r",
    }
    assert [(name, part.get_content()) for name, part in parts(Multipart(fields, []))] == [
        ("list", "a"),
        ("list", "b"),
        ("object", '{"k":[1,null]}'),
        ("yes", "true"),
        ("n", "3"),
        ("raw", "r"),
    ]


@pytest.mark.parametrize("source", [3, None, ("a",), ("a", b"b", "c", "d")])
def test_what_cannot_be_uploaded(source):
    with pytest.raises(ScaleInvalidRequest):
        file_part("file", source)
