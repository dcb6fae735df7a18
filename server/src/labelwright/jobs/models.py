"""Where answers of models come from: an echo, a recording, or an endpoint that the operator chose."""

import asyncio
import functools
import ssl
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpcore2
import msgspec

from labelwright.domain.platform import ModelFailed, ModelSource, Spoken
from labelwright.settings import Settings

ANSWER_LIMIT = 1 << 20
"""Most bytes of an endpoint's answer."""
SOURCES = ("echo", "recorded", "openai")
_PARAMETERS = ("temperature", "top_p", "max_completion_tokens")
"""What tasks may set; ``top_k`` is not part of the protocol."""


class Echo:
    """Says the prompt again, with the model's name before it; nothing leaves the machine."""

    async def complete(self, model: str, messages: Sequence[Spoken], parameters: Mapping[str, Any]) -> str:
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

    async def complete(self, model: str, messages: Sequence[Spoken], parameters: Mapping[str, Any]) -> str:
        """See ``ModelSource``."""
        del parameters
        answer = self._answers.get(model, {}).get(messages[-1].text)
        if answer is None:
            raise ModelFailed("No answer of this model to this prompt was recorded.")
        return answer


class _Said(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    message: _Said


class _Completion(msgspec.Struct):
    choices: list[_Choice]


class ChatCompletions:
    """Asks ``POST {base}/chat/completions`` of an OpenAI-compatible endpoint.

    Redirects are not followed: they would carry the key to another host.

    Args:
        base: the endpoint's address, such as ``http://127.0.0.1:11434/v1``.
        key: sent as a bearer token; none when empty.
        timeout: seconds that one answer may take.

    Raises:
        ValueError: the address is none.
    """

    def __init__(self, base: str, key: str, timeout: float) -> None:
        parts = urlsplit(base)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
            raise ValueError("bad setting: model_base_url must be an http(s) address without a password")
        self._url = f"{base.rstrip('/')}/chat/completions"
        self._headers = [("Content-Type", "application/json"), ("User-Agent", "labelwright")]
        if key:
            self._headers.append(("Authorization", f"Bearer {key}"))
        self._timeout = timeout

    async def complete(self, model: str, messages: Sequence[Spoken], parameters: Mapping[str, Any]) -> str:
        """See ``ModelSource``."""
        known = {name: parameters[name] for name in _PARAMETERS if parameters.get(name) is not None}
        said = [{"role": one.role, "content": one.text} for one in messages]
        body = msgspec.json.encode({"model": model, "messages": said, "stream": False, **known})
        try:
            async with asyncio.timeout(self._timeout):
                status, content = await self._post(body)
        except TimeoutError as error:
            raise ModelFailed("The model did not answer in time.") from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.TimeoutException) as error:
            raise ModelFailed("The endpoint of the models cannot be reached.") from error
        if status != 200:
            raise ModelFailed(f"The endpoint of the models answered with status {status}.")
        try:
            choices = msgspec.json.decode(content, type=_Completion).choices
        except msgspec.DecodeError as error:
            raise ModelFailed("The endpoint's answer is not a chat completion.") from error
        if not choices or choices[0].message.content is None:
            raise ModelFailed("The model gave no text.")
        return choices[0].message.content

    async def _post(self, body: bytes) -> tuple[int, bytes]:
        async with (
            httpcore2.AsyncConnectionPool(ssl_context=_tls_context()) as pool,
            pool.stream("POST", self._url, headers=self._headers, content=body) as response,
        ):
            content = bytearray()
            async for piece in response.aiter_stream():
                content += piece
                if len(content) > ANSWER_LIMIT:
                    raise ModelFailed("The endpoint's answer is too large.")
            return response.status, bytes(content)


@functools.cache
def _tls_context() -> ssl.SSLContext:
    return httpcore2.default_ssl_context()


def make(settings: Settings) -> ModelSource:
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
