"""Values that databases, parsers and decoders trip over get a 4xx or a clean answer, on both databases."""

import itertools
import json
import socket
from collections.abc import Mapping
from urllib.parse import quote

import httpx2
import pytest
from tests.support.servers import Labelwright, Mode

pytestmark = pytest.mark.slow

TEXTS = {
    "nul": "a\x00b",
    "lone surrogate": "a\ud800b",
    "newline": "a\nb",
    "bidi": "\u202eabc",
    "long": "x" * 100_000,
    "sql": "'; DROP TABLE task; --",
    "like": "%_\\",
    "path": "../../etc/passwd",
    "blank": "   ",
    "emoji": "👩‍🚒" * 20,
    "format": "%s{0}${x}",
}
SHORT = {name: text for name, text in TEXTS.items() if len(text) < 1000}
NUMBERS = {
    "2^31": 2**31,
    "2^63": 2**63,
    "2^64": 2**64,
    "googol": 10**100,
    "negative": -(2**63) - 1,
    "fraction": 1.5,
    "tiny": 5e-324,
}
BODIES = {
    "broken": b"{",
    "not utf-8": b"\xff\xfe",
    "null": b"null",
    "array": b"[]",
    "string": b'"text"',
    "nan": b"NaN",
    "nan inside": b'{"attachment": NaN}',
    "infinity": b'{"categories": [1e999]}',
    "deep array": b"[" * 100_000,
    "deep object": b'{"metadata":' + b'{"a":' * 5_000 + b"1" + b"}" * 5_000 + b"}",
    "twice": b'{"a":1,"a":2}',
    "byte order mark": b"\xef\xbb\xbf{}",
}
FORMS = {
    "nested": "a[[b]]=1",
    "deep": "a[" * 2_000 + "=1",
    "far index": "a[999999999]=1",
    "list and object": "a[]=1&a[x]=2",
    "empty": "=&=&",
    "bad escapes": "%zz=%",
    "value and object": "a=1&a[b]=2&a=3",
}
_numbers = itertools.count()


@pytest.fixture(scope="module", params=["live", "test"])
def client(request: pytest.FixtureRequest, running: Labelwright, keys: Mapping[Mode, str]) -> httpx2.Client:
    """A client of each mode."""
    return running.v1(keys[request.param])


@pytest.fixture(scope="module")
def manager(running: Labelwright) -> httpx2.Client:
    """A manager with a session."""
    return running.log_in(running.user("hostile@example.org", "manager"))


def task(**more: object) -> dict[str, object]:
    """A task that is fine but for what a test puts in."""
    body: dict[str, object] = {"attachment_type": "text", "attachment": "a", "categories": ["a", "b"]}
    return {**body, **more}


def send(client: httpx2.Client, method: str, path: str, body: object = None) -> httpx2.Response:
    """Send JSON in ASCII, so that every code point can be written, also those that UTF-8 has not."""
    headers = {"content-type": "application/json"}
    content = json.dumps(body).encode("ascii") if body is not None else None
    answer = client.request(method, path, content=content, headers=headers)
    assert answer.status_code < 500, f"{method} {path} {str(body)[:200]}: {answer.status_code} {answer.text}"
    assert answer.status_code != 404 or answer.headers["content-type"].startswith("application/json")
    return answer


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_texts_in_bodies(client: httpx2.Client, text: str) -> None:
    n = next(_numbers)
    named = {"project": f"hostile {n}", "batch": f"hostile {n}"}
    assert send(client, "POST", "/projects", {"type": "categorization", "name": named["project"]}).is_success
    batch = {"project": named["project"], "name": named["batch"]}
    assert send(client, "POST", "/batches", batch).is_success
    made = send(client, "POST", "/task/categorization", task(**named)).json()["task_id"]
    for body in (
        task(unique_id=text),
        task(tags=[text]),
        task(metadata={"k": text, text: 1}),
        task(instruction=text),
        task(attachment=text),
        task(categories=[text, "b"]),
        task(callback_url=text),
        task(project=text),
        task(batch=text),
        task(urgency=text),
        task(unknown=text),
    ):
        send(client, "POST", "/task/categorization", body)
    send(client, "POST", f"/task/{made}/unique_id", {"unique_id": text})
    send(client, "POST", f"/task/{made}/tags", [text])
    send(client, "DELETE", f"/task/{made}/tags", [text])
    send(client, "POST", f"/task/{made}/setMetadata", {text: text})
    send(client, "POST", f"/task/{made}/audit", {"accepted": True, "comments": text})
    send(
        client, "POST", "/projects", {"type": "categorization", "name": text, "params": {"instruction": text}}
    )
    send(client, "POST", "/projects", {"type": text, "name": "hostile type"})
    send(client, "POST", f"/projects/{quote(named['project'])}/setParams", {"instruction": text, "x": text})
    send(client, "POST", "/batches", {"project": named["project"], "name": text, "callback": text})
    send(client, "POST", f"/batches/{quote(named['batch'])}/setMetadata", {"k": text})
    files = {"file": (text[:50].encode("utf-8", "replace").decode(), b"data")}
    fields = {name: text.encode("utf-8", "replace").decode() for name in ("reference_id", "display_name")}
    assert client.post("/files/upload", files=files, data=fields).status_code < 500
    assert send(client, "GET", f"/task/{made}").is_success


@pytest.mark.parametrize("text", SHORT.values(), ids=SHORT)
def test_texts_in_urls(client: httpx2.Client, text: str) -> None:
    part = quote(text, safe="", errors="surrogatepass")
    for path in (f"/task/{part}", f"/projects/{part}", f"/batches/{part}", f"/batches/{part}/status"):
        assert send(client, "GET", path).status_code in {200, 404, 400}
    for name in (
        "project",
        "batch",
        "unique_id",
        "tags",
        "next_token",
        "start_time",
        "type",
        "status",
        "limit",
        "offset",
        "customer_review_status",
    ):
        send(client, "GET", f"/tasks?{name}={part}")
    send(client, "GET", f"/batches?project={part}&status={part}")
    send(client, "POST", f"/task/{part}", task())
    send(client, "POST", f"/task/{part}/cancel?clear_unique_id={part}")


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
def test_numbers(client: httpx2.Client, number: float) -> None:
    for name in ("priority", "project_version", "metadata", "unique_id", "tags", "categories", "instruction"):
        send(client, "POST", "/task/categorization", task(**{name: number}))
    send(client, "POST", "/task/categorization", task(metadata={"n": number}))
    box = {"box": {"objects_to_annotate": ["a"], "min_width": number, "max_height": number}}
    send(
        client,
        "POST",
        "/task/imageannotation",
        {"attachment": "https://example.org/1.png", "geometries": box},
    )
    for query in (f"limit={number}", f"offset={number}", f"limit=1&offset={number}"):
        send(client, "GET", f"/tasks?{query}")
        send(client, "GET", f"/batches?{query}")
    send(client, "POST", "/projects", {"type": "categorization", "name": number})


@pytest.mark.parametrize("raw", BODIES.values(), ids=BODIES)
def test_raw_bodies(client: httpx2.Client, raw: bytes) -> None:
    for method, path in (
        ("POST", "/task/categorization"),
        ("POST", "/task/imageannotation"),
        ("POST", "/projects"),
        ("POST", "/batches"),
        ("POST", "/projects/x/setParams"),
        ("POST", "/task/000000000000000000000000/tags"),
        ("POST", "/task/000000000000000000000000/setMetadata"),
    ):
        for kind in ("application/json", "application/x-www-form-urlencoded"):
            answer = client.request(method, path, content=raw, headers={"content-type": kind})
            assert 400 <= answer.status_code < 500, f"{path} {answer.status_code} {answer.text[:200]}"


def there(client: httpx2.Client) -> list[object]:
    """What there is, counted."""
    tasks, batches = (client.get(path, params={"limit": 1}).json() for path in ("/tasks", "/batches"))
    return [tasks["total"], batches["totalDocs"], client.get("/projects").json(), client.get("/files").json()]


MUCH = "x" * 10_000_000


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/task/categorization", task(metadata={"a": MUCH})),
        ("/task/categorization", task(tags=[MUCH])),
        ("/task/categorization", task(tags=[str(n) for n in range(1_200_000)])),
        ("/task/categorization", task(unique_id=MUCH)),
        ("/task/categorization", task(project=MUCH)),
        ("/task/categorization", task(callback_url=f"https://example.org/{MUCH}")),
        ("/task/categorization", task(priority=10**4000)),
        ("/task/categorization", {"attachment_type": "text", MUCH: 1}),
        ("/task/imageannotation", {"attachment": MUCH}),
        ("/projects", {"type": "categorization", "name": MUCH}),
        ("/projects", {"type": MUCH, "name": "much"}),
        ("/batches", {"project": "much", "name": MUCH}),
        ("/files/import", {"file_url": MUCH}),
        ("/task/000000000000000000000000/setMetadata", {"a": MUCH}),
        ("/task/000000000000000000000000/tags", [MUCH]),
        ("/task/categorization", task(metadata={"a": MUCH * 3})),
        ("/projects/x/setParams", {"a": MUCH * 3}),
    ],
    ids=itertools.count(),
)
def test_ten_megabytes_and_more(client: httpx2.Client, path: str, body: object) -> None:
    before = there(client)
    answer = send(client, "POST", path, body)
    assert 400 <= answer.status_code < 500, answer.text[:200]
    assert answer.status_code == (413 if len(json.dumps(body)) > 20 * (1 << 20) else answer.status_code)
    # A refusal repeats no more of what was sent than somebody can read.
    assert len(answer.content) < 10_000
    assert there(client) == before


@pytest.mark.parametrize(
    "part",
    ["%2F", "a%2Fb", "%2E%2E%2Fprojects", "..%2f..", "%252F", "a%00b", "%C3%28", "%ED%A0%80", "%F0%9F%91%A9"],
)
def test_parts_of_paths(client: httpx2.Client, part: str) -> None:
    before = there(client)
    for path in ("/task", "/projects", "/batches", "/evaluation_tasks"):
        assert send(client, "GET", f"{path}/{part}").status_code in {400, 404}
    for path in (f"/task/{part}/cancel", f"/task/{part}/tags", f"/projects/{part}/setParams"):
        assert send(client, "POST", path, ["a"] if path.endswith("tags") else {}).status_code in {400, 404}
    for path in (f"/batches/{part}/finalize", f"/batches/{part}/setMetadata", f"/task/{part}"):
        assert send(client, "POST", path, {}).status_code in {400, 404}
    assert there(client) == before


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_forms(client: httpx2.Client, form: str) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = client.post("/task/categorization", content=form.encode(), headers=headers)
    assert 400 <= answer.status_code < 500, answer.text


@pytest.mark.parametrize(
    "boundary",
    ["", "boundary=", "boundary=" + "x" * 500, "boundary=a"],
    ids=["none", "empty", "long", "good"],
)
def test_broken_uploads(client: httpx2.Client, boundary: str) -> None:
    for content in (b"", b"--a\r\n", b"--a--\r\n", b"--a\r\ncontent-disposition: x\r\n\r\n", b"\x00" * 1000):
        headers = {"content-type": f"multipart/form-data;{boundary}"}
        answer = client.post("/files/upload", content=content, headers=headers)
        assert 400 <= answer.status_code < 500, answer.text


@pytest.mark.parametrize(
    "line",
    [
        "OPTIONS * HTTP/1.1",
        "GET //v1/tasks HTTP/1.1",
        "GET http://elsewhere.example/v1/tasks HTTP/1.1",
        "HEAD /v1/tasks HTTP/1.1",
        "TRACE /v1/tasks HTTP/1.1",
        "GET /v1 HTTP/1.1",
        "GET /v1/../api/queue HTTP/1.1",
        "GET /v1/%2e%2e/api/queue HTTP/1.1",
        "GET /%00 HTTP/1.1",
        "GET /%ff%fe HTTP/1.1",
        "BREW /v1/tasks HTTP/1.1",
        "GET /v1/tasks?" + "a=1&" * 8_000 + " HTTP/1.1",
    ],
    ids=lambda line: line[:40],
)
def test_odd_request_lines(running: Labelwright, line: str) -> None:
    with socket.create_connection(("127.0.0.1", running.port), 60) as connection:
        connection.sendall(f"{line}\r\nhost: x\r\nconnection: close\r\n\r\n".encode())
        status = connection.makefile("rb").readline().split()
    assert status, "closed without an answer"
    assert int(status[1]) < 500


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_texts_in_the_app(
    running: Labelwright, keys: Mapping[Mode, str], manager: httpx2.Client, text: str
) -> None:
    with running.v1(keys["live"]) as program:
        assert program.post("/task/categorization", json=task()).is_success
    claimed = send(manager, "POST", "/assignments/claim", {"stage": "attempt"}).json()["assignments"]
    one = f"/assignments/{claimed[0]['id']}"
    send(manager, "POST", "/assignments/claim", {"stage": "attempt", "project": text, "have": [text]})
    send(manager, "POST", "/assignments/heartbeat", {"ids": [text]})
    send(manager, "PUT", f"{one}/draft", {"rev": 1, "answer": {text: text}, "active_ms": 1})
    send(manager, "PUT", f"{one}/draft", {"rev": 2**63, "answer": None, "active_ms": 2**63})
    send(
        manager,
        "POST",
        f"{one}/submit",
        {"submission_id": text, "active_ms": 1, "answer": {"category": text}},
    )
    send(manager, "POST", f"{one}/submit", {"submission_id": "a", "active_ms": 10**30, "answer": {}})
    send(manager, "POST", "/session", {"email": text, "password": text})
    send(manager, "POST", f"{one}/skip", {"reason": text})
    if len(text) < 1000:
        part = quote(text, safe="", errors="surrogatepass")
        send(manager, "GET", f"/assignments/{part}")
        send(manager, "GET", f"/projects/{part}")
        send(manager, "GET", f"/tasks/{part}")
        send(manager, "GET", f"/tasks?project={part}&next_token={part}&limit={part}")
