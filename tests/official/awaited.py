"""Puts a blocking face on the asynchronous client, so that each case is written once and run with both.

Nothing is taken around the asynchronous half: every call is the real method of ``AsyncScaleClient``, or of an object
that it returned, and what it gives back is awaited to its end here.
"""

import asyncio
import functools
import inspect

import surface

import scaleapi
from scaleapi.aio import AsyncScaleClient

_loop = asyncio.new_event_loop()
_opened = []
count = 0
"""How many calls were awaited."""


def finished(value):
    """What a call comes to: an awaitable's result, a walk's documents, or the value itself."""
    if asyncio._get_running_loop() is not None:
        # One of the client's own calls: its caller awaits.
        return value
    if inspect.isawaitable(value):
        return _loop.run_until_complete(_result(value))
    if hasattr(value, "__aiter__"):
        return iter(_loop.run_until_complete(_documents(value)))
    return value


async def _result(value):
    global count  # noqa: PLW0603  read by the judge at the end
    count += 1
    return await value


async def _documents(walk):
    global count  # noqa: PLW0603
    count += 1
    return [one async for one in walk]


def _finishing(function):
    @functools.wraps(function)
    def call(*args, **kwargs):
        return finished(function(*args, **kwargs))

    return call


class Facade:
    """Stands where cases expect a ``ScaleClient``."""

    stands_for = scaleapi.ScaleClient

    def __init__(self, *args, **kwargs):
        self._client = AsyncScaleClient(*args, **kwargs)
        _opened.append(self._client)

    def __getattr__(self, name):
        found = getattr(self._client, name)
        return _finishing(found) if inspect.ismethod(found) or inspect.isfunction(found) else found


def take_over():
    """From now on programs that ask for the blocking client get the other one; to be called before they ask."""
    for klass in surface.classes().values():
        if klass in {scaleapi.ScaleClient, AsyncScaleClient}:
            continue
        for name in [name for name in vars(klass) if surface.callable_member(klass, name)]:
            if inspect.isfunction(vars(klass)[name]) and not inspect.iscoroutinefunction(vars(klass)[name]):
                setattr(klass, name, _finishing(vars(klass)[name]))
    scaleapi.ScaleClient = Facade


def end():
    """Close every connection."""
    for client in _opened:
        _loop.run_until_complete(client.close())
    _loop.close()
