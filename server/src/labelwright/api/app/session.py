"""Log-in, log-out, and who I am."""

from labelwright import __version__
from labelwright.api.app import schemas
from labelwright.api.auth import COOKIE, session_token
from labelwright.api.endpoint import Answer, Call, Endpoint, reply
from labelwright.domain import accounts
from labelwright.domain.principals import Worker
from labelwright.settings import parts


def opened(call: Call, token: str, worker: Worker) -> Answer:
    """Answer somebody who has just logged in, with the session's cookie."""
    answer = reply(_session(call, worker))
    answer.headers = [_cookie(call, token, call.platform.settings.session_hours * 3600)]
    return answer


def _session(call: Call, worker: Worker) -> schemas.Session:
    person = worker.person
    return schemas.Session(
        schemas.User(person.id, person.email, person.name, person.role),  # type: ignore[arg-type]
        __version__,
        list(parts(call.platform.settings.frame_hosts)),
    )


def _cookie(call: Call, value: str, seconds: int) -> tuple[bytes, bytes]:
    secure = "; Secure" if call.platform.settings.secure_cookies else ""
    text = f"{COOKIE}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}"
    return b"set-cookie", text.encode()


async def log_in(call: Call) -> Answer:
    """Open a session."""
    body = call.json(schemas.LogIn)
    token, worker = await accounts.log_in(call.platform, body.email, body.password, call.source)
    return opened(call, token, worker)


async def current_person(call: Call) -> Answer:
    """Return who is logged in."""
    return reply(_session(call, call.worker))


async def log_out(call: Call) -> Answer:
    """End the session."""
    token = session_token(call.headers)
    if token:
        await accounts.log_out(call.platform, token)
    answer = reply(schemas.Empty())
    answer.headers = [_cookie(call, "", 0)]
    return answer


async def change_password(call: Call) -> Answer:
    """Change one's own password; every other session ends."""
    body = call.json(schemas.NewPassword)
    token = await accounts.change_password(
        call.platform, call.worker, body.current_password, body.new_password
    )
    return opened(call, token, call.worker)


async def log_out_everywhere(call: Call) -> Answer:
    """End every session of one's own."""
    call.json(schemas.Empty)
    await accounts.log_out_everywhere(call.platform, call.worker.person.id)
    answer = reply(schemas.Empty())
    answer.headers = [_cookie(call, "", 0)]
    return answer


ENDPOINTS = (
    Endpoint(
        "POST",
        "/session",
        log_in,
        "Log in",
        answer=schemas.Session,
        body=schemas.LogIn,
        errors=(400, 415, 429),
        needs_key=False,
    ),
    Endpoint("GET", "/session", current_person, "Return who is logged in", answer=schemas.Session),
    Endpoint(
        "DELETE",
        "/session",
        log_out,
        "Log out",
        answer=schemas.Empty,
        body=schemas.Empty,
        errors=(415,),
        needs_key=False,
    ),
    Endpoint(
        "POST",
        "/session/password",
        change_password,
        "Change one's own password; every other session ends",
        answer=schemas.Session,
        body=schemas.NewPassword,
        errors=(400, 415, 429),
    ),
    Endpoint(
        "DELETE",
        "/sessions",
        log_out_everywhere,
        "End every session of one's own",
        answer=schemas.Empty,
        body=schemas.Empty,
        errors=(400, 415),
    ),
)
