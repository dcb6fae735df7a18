"""Where answers of models come from: an echo, a recording, or an endpoint that the operator chose."""

import asyncio
import functools
import ssl
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from labelwright import urls
from labelwright.compression import CorruptStream, RatioExceeded
from labelwright.domain.platform import FetchFailed, ModelFailed, ModelReply, ModelSource
from labelwright.jobs import response_bodies
from labelwright.settings import Settings

if TYPE_CHECKING:
    import httpx2

ANSWER_LIMIT = 1 << 20
"""Most bytes of an endpoint's answer."""
SOURCES = ("echo", "recorded", "openai")
_PARAMETERS = ("temperature", "top_p", "max_completion_tokens")
"""What tasks may set; ``top_k`` is not part of the protocol."""


class Echo:
    """Says the prompt again, with the model's name before it; nothing leaves the machine."""

    async def complete(
        self, model: str, messages: Sequence[ModelReply], parameters: Mapping[str, Any]
    ) -> str:
        """See ``ModelSource``."""
        del parameters
        return f"{model}: {messages[-1].text}"


class Recorded:
    """Answers from a JSON file, ``{model: {prompt: answer}}``.

    Args:
        path: of the file.

    Raises:
        ValueError: there is no such file, or it has another form.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._answers = msgspec.json.decode(path.read_bytes(), type=dict[str, dict[str, str]])
        except (OSError, msgspec.DecodeError) as error:
            raise ValueError(f"bad setting: model_file cannot be read: {error}") from error

    async def complete(
        self, model: str, messages: Sequence[ModelReply], parameters: Mapping[str, Any]
    ) -> str:
        """See ``ModelSource``."""
        del parameters
        answer = self._answers.get(model, {}).get(messages[-1].text)
        if answer is None:
            raise ModelFailed("No answer of this model to this prompt was recorded.")
        return answer


class _Message(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    message: _Message


class _Completion(msgspec.Struct):
    """What is read of an answer: compatible endpoints leave out much of the rest that OpenAI's own model wants."""

    choices: list[_Choice]


class ChatCompletions:
    """Asks ``POST {base}/chat/completions`` of an OpenAI-compatible endpoint, with OpenAI's own client.

    Redirects are not followed: they would carry the key to another host. Proxies of the environment are not used, and
    nothing is said about this machine. Nothing is asked twice: who wants another try asks for it.

    Args:
        base: the endpoint's address, such as ``http://127.0.0.1:11434/v1``.
        key: sent as a bearer token; none when empty.
        timeout: seconds that one answer may take.

    Raises:
        ValueError: the address is none, or the client is not installed.
    """

    def __init__(self, base: str, key: str, timeout: float) -> None:
        try:
            parts = urls.parse(base)
        except urls.InvalidUrl as error:
            raise ValueError(f"bad setting: model_base_url cannot be used: {error}") from error
        if parts.user_info is not None:
            raise ValueError("bad setting: model_base_url must be an http(s) address without a password")
        try:
            import httpx2
            import openai
        except ImportError as error:
            message = "bad setting: model_source openai needs the package openai: install labelwright[openai]"
            raise ValueError(message) from error
        self._openai, self._httpx2 = openai, httpx2
        self._base, self._key, self._timeout = parts.wire, key, timeout

    async def complete(
        self, model: str, messages: Sequence[ModelReply], parameters: Mapping[str, Any]
    ) -> str:
        """See ``ModelSource``."""
        known = {name: parameters[name] for name in _PARAMETERS if parameters.get(name) is not None}
        said = [{"role": one.role, "content": one.text} for one in messages]
        try:
            async with asyncio.timeout(self._timeout):
                content = await self._asked({"model": model, "messages": said, "stream": False, **known})
        except (TimeoutError, self._openai.APITimeoutError) as error:
            raise ModelFailed("The model did not answer in time.") from error
        except self._openai.APIStatusError as error:
            raise ModelFailed(
                f"The endpoint of the models answered with status {error.status_code}."
            ) from error
        except (self._openai.APIConnectionError, self._httpx2.TransportError) as error:
            raise ModelFailed("The endpoint of the models cannot be reached.") from error
        try:
            choices = msgspec.json.decode(content, type=_Completion).choices
        except msgspec.DecodeError as error:
            raise ModelFailed("The endpoint's answer is not a chat completion.") from error
        if not choices or choices[0].message.content is None:
            raise ModelFailed("The model gave no text.")
        return choices[0].message.content

    async def _asked(self, body: Mapping[str, Any]) -> bytes:
        """Ask, and return the answer as it came, if it is not too large."""
        async with (
            self._httpx2.AsyncClient(
                verify=_tls_context(),
                trust_env=False,
                follow_redirects=False,
                timeout=None,
                event_hooks={"request": [self._plain]},
            ) as http,
            self._openai.AsyncOpenAI(
                api_key=self._key or "none", base_url=self._base, max_retries=0, http_client=http
            ) as client,
            client.chat.completions.with_streaming_response.create(**body) as response,
        ):
            content = bytearray()
            # As it came: the client's own decoders keep what is cut off, and unpack without a limit.
            async for piece in response.http_response.aiter_raw():
                content += piece
                if len(content) > ANSWER_LIMIT:
                    raise ModelFailed("The endpoint's answer is too large.")
            return self._unpacked(bytes(content), response.headers.get("content-encoding", ""))

    def _unpacked(self, content: bytes, encoding: str) -> bytes:
        try:
            return response_bodies.read_whole(content, encoding, ANSWER_LIMIT)
        except RatioExceeded as error:
            raise ModelFailed("The endpoint's answer is too large.") from error
        except (CorruptStream, FetchFailed) as error:
            raise ModelFailed("The endpoint's answer is not what its Content-Encoding says.") from error

    async def _plain(self, request: "httpx2.Request") -> None:
        """Leave out what the endpoint need not know."""
        for name in [name for name in request.headers if name.startswith("x-stainless-")]:
            # The client itself reads how an answer is to be handed over in this one.
            if name != "x-stainless-raw-response":
                del request.headers[name]
        request.headers["user-agent"] = "labelwright"
        request.headers["accept-encoding"] = "identity"
        if not self._key:
            request.headers.pop("authorization", None)


@functools.cache
def _tls_context() -> ssl.SSLContext:
    return ssl.create_default_context()


def make_source(settings: Settings) -> ModelSource:
    """The source that the settings name.

    Raises:
        ValueError: the settings of the source are wrong; the message names the setting, never the key.
    """
    if settings.model_source == "echo":
        return Echo()
    if settings.model_source == "recorded":
        return Recorded(Path(settings.model_file))
    if settings.model_source == "openai":
        return ChatCompletions(settings.model_base_url, settings.model_api_key, settings.model_timeout)
    raise ValueError(f"bad setting: model_source must be one of {', '.join(SOURCES)}")
