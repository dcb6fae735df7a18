"""Run every case that a release has with the client of this interpreter, and print what became of each.

Run by the tests as ``python judge.py GIVEN.json`` (see ``World``), so it uses nothing but the standard library and
``scaleapi``.
"""

import collections.abc
import contextlib
import datetime
import enum
import importlib
import io
import json
import sys
import traceback
import urllib.parse
import urllib.request
from pathlib import Path

import surface

import scaleapi

sys.path.insert(0, str(Path(__file__).parent / "cases"))


def version(text):
    """``2.9.0`` as something that can be compared."""
    return tuple(int(part) for part in text.split("."))


class World:
    """What a case works with.

    Attributes:
        release: the client's version, ``(2, 18, 4)``.
        name: the running case's; begins the names that it makes up.
        live: a client with a live key.
        test: a client with a test key.
        people: who is in the account: role → e-mail addresses.
        picture: the address of a picture that the server can fetch.
        called: what was called so far in the running case.
        calls: every recorded call.
        given: for V2: what there is to ask for.
    """

    def __init__(self, given):
        self.release = version(given["release"])
        self.base = given["url"]
        self.keys = {"live": given["live"], "test": given["test"]}
        self.people = given["people"]
        self.picture = given["picture"]
        self.name = ""
        self.called = set()
        self.calls = []
        self.given = given.get("v2", {})
        self._point()
        self.live, self.test = self.client("live"), self.client("test")

    def _point(self):
        """Point the client at the server; the 1.x and 0.x releases have nothing but a constant for it."""
        if self.release >= (2,):
            # Later releases have api_instance_url as well; it is used by what calls the constructor itself.
            importlib.import_module("scaleapi.api").SCALE_API_BASE_URL_V1 = f"{self.base}/v1"
        else:
            scaleapi.SCALE_ENDPOINT = f"{self.base}/v1/"

    def client(self, mode):
        """A client of its own."""
        return self._pointed(scaleapi.ScaleClient(self.keys[mode]))

    @property
    def stranger(self):
        """A client with a key that nobody has."""
        return self._pointed(scaleapi.ScaleClient("live_nobody"))

    def _pointed(self, client):
        """Point V2 at the server, the way programs do."""
        if self.given:
            client.v2.api_client.configuration.host = self.base
        return client

    def call(self, thing, name, *args, **kwargs):
        """Call what a case is about, recorded; an iterator is walked to its end."""
        label = surface.name_of(getattr(thing, "stands_for", thing), name)
        self.called.add(label)
        number = len(self.calls)
        self.calls.append(
            {"case": self.name, "name": label, "args": shown(args), "kwargs": shown(kwargs), "number": number}
        )
        self._record(f"{number}")
        try:
            got = getattr(thing, name)(*args, **kwargs)
            walk = isinstance(got, collections.abc.Iterator) and not isinstance(got, io.IOBase)
            return list(got) if walk else got
        finally:
            self._record("")

    def _record(self, label):
        with urllib.request.urlopen(f"{self.base}/-/record/{urllib.parse.quote(label)}") as answer:
            answer.read()


def shown(value):
    """An argument as JSON."""
    if hasattr(value, "to_dict"):
        return shown(value.to_dict())
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, dict):
        return {key: shown(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [shown(one) for one in value]
    if isinstance(value, io.IOBase):
        return f"<file {Path(value.name).name}>"
    return value


def run(case, world):
    """Run one case; None, or what went wrong."""
    world.name, world.called = case.__name__, set()
    try:
        # What a client prints is not part of this program's answer.
        with contextlib.redirect_stdout(io.StringIO()):
            case(world)
    except Exception:  # noqa: BLE001  reported to the test, which fails with it
        return traceback.format_exc()
    missing = set(case.judges) - world.called - {one for one in case.judges if one.startswith("TaskType.")}
    return f"the case never calls {', '.join(sorted(missing))}" if missing else None


def main():
    """Run the cases; print outcomes, calls, and what no case calls."""
    given = json.loads(Path(sys.argv[1]).read_text())
    # Before anything is put in its place.
    offered = surface.surface_of_v2() if given.get("v2") else surface.surface()
    awaited = importlib.import_module("awaited") if given.get("awaited") else None
    if awaited:
        awaited.take_over()
    world = World(given)
    outcomes, judged = {}, set()
    for file in given["files"]:
        for case in vars(importlib.import_module(file)).values():
            if not hasattr(case, "judges") or case.__module__ != file:
                continue
            if case.since <= world.release < case.until:
                outcomes[case.__name__] = run(case, world)
                judged.update(case.judges)
    if awaited:
        awaited.end()
    print(
        json.dumps(
            {
                "client": f"{scaleapi.__file__}",
                "outcomes": outcomes,
                "calls": world.calls,
                "awaited": awaited.count if awaited else 0,
                "offered": sorted(offered),
                "judged": sorted(judged),
            }
        )
    )


if __name__ == "__main__":
    main()
