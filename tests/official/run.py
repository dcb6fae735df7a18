"""Run the checks of one file with whatever client this interpreter has, and print what became of each.

Run by the tests as ``python run.py scenario --url … --live-key … --test-key … --mode live --prefix … --picture …``, so
it uses nothing but the standard library and ``scaleapi``.
"""

import argparse
import importlib
import inspect
import json
import traceback
from types import SimpleNamespace

import scaleapi


def world(given):
    """What every check gets: clients, keys, a prefix for names, and room for what later checks need."""
    base = f"{given.url}/v1"
    clients = {
        "live": scaleapi.ScaleClient(given.live_key, api_instance_url=base),
        "test": scaleapi.ScaleClient(given.test_key, api_instance_url=base),
    }
    return SimpleNamespace(
        base=base,
        mode=given.mode,
        client=clients[given.mode],
        other=clients["test" if given.mode == "live" else "live"],
        live=clients["live"],
        test=clients["test"],
        key=given.live_key if given.mode == "live" else given.test_key,
        live_key=given.live_key,
        picture=given.picture,
        stranger=scaleapi.ScaleClient("live_nobody", api_instance_url=base),
        prefix=given.prefix,
    )


def checks(module):
    """The functions of a file that take the world and nothing else, in its order."""
    return [
        found
        for found in vars(module).values()
        if inspect.isfunction(found)
        and found.__module__ == module.__name__
        and list(inspect.signature(found).parameters) == ["w"]
    ]


def main():
    """Run the checks; print ``{check: null or traceback}``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    for name in ("--url", "--live-key", "--test-key", "--mode", "--prefix", "--picture"):
        parser.add_argument(name, required=True)
    given = parser.parse_args()
    module = importlib.import_module(given.file)
    everything = world(given)
    outcomes = {"client": f"{scaleapi.__file__} {scaleapi.__version__}"}
    for check in checks(module):
        try:
            check(everything)
            outcomes[check.__name__] = None
        except Exception:  # noqa: BLE001  reported to the test, which fails with it
            outcomes[check.__name__] = traceback.format_exc()
    print(json.dumps(outcomes))


if __name__ == "__main__":
    main()
