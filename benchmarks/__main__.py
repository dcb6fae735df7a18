"""Runs the benchmarks and writes ``benchmarks/results/latest.md``: ``python -m benchmarks [--quick]``."""

import argparse
import platform
from pathlib import Path

from benchmarks import sdk, server

RESULTS = Path(__file__).parent / "results" / "latest.md"


def main() -> None:
    """Measure and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round of everything")
    parser.add_argument("--only", choices=["server", "sdk"], help="one of the two parts")
    options = parser.parse_args()
    seconds, rounds = (2.0, 1) if options.quick else (2.5, 2)
    tables = []
    if options.only != "sdk":
        tables += server.measure(seconds, rounds)
    if options.only != "server":
        tables += sdk.measure(rounds, 300 if options.quick else 1_000)
    text = "\n".join(str(table) for table in tables)
    print(text)
    if not options.quick and not options.only:
        RESULTS.parent.mkdir(exist_ok=True)
        head = f"# Results\n\nPython {platform.python_version()} on {platform.machine()}, 2 cores.\n\n"
        RESULTS.write_text(head + text)


if __name__ == "__main__":
    main()
