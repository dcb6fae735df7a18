"""Runs the benchmarks and writes their tables to ``benchmarks/results/``: ``python -m benchmarks [--quick]``."""

import argparse
import platform
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks import callbacks, lidar, scale, scores, sdk, server, v2, validation
from benchmarks.tables import Table

RESULTS = Path(__file__).parent / "results"
DATABASES = ("SQLite", "PostgreSQL")


def _parts(options: argparse.Namespace) -> Mapping[str, Callable[[], Sequence[Table]]]:
    """What can be measured, in the order in which it is."""
    quick, databases = options.quick, options.databases
    sizes = options.sizes or ((1_000, 10_000) if quick else scale.SIZES)
    seconds, rounds = (2.0, 1) if quick else (2.5, 2)
    return {
        "server": lambda: server.measure(seconds, rounds),
        "sdk": lambda: sdk.measure(rounds, 300 if quick else 1_000),
        "v2": lambda: [
            *v2.measure(rounds, 1_000 if quick else 20_000),
            v2.pages(sizes, 0.2 if quick else 1.0, databases=databases),
        ],
        "callbacks": lambda: [callbacks.measure(500 if quick else 5_000, databases=databases)],
        "scores": lambda: scores.measure(*((1_000, 100, 100, 1) if quick else (10_000, 500, 1_000, 3))),
        "lidar": lambda: lidar.measure(*((10_000, 1) if quick else (100_000, 5))),
        "validation": lambda: validation.measure(*((0.01, 1) if quick else (0.2, 2))),
        "scale": lambda: scale.measure(
            sizes, 0.1 if quick else 0.5, databases=databases, walk=not options.no_walk
        ),
    }


def main() -> None:
    """Measure and write the tables: one file for each part, so that each may be measured anew by itself."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="one short round of everything, nothing is written"
    )
    parser.add_argument(
        "--only",
        choices=["server", "sdk", "v2", "callbacks", "scores", "lidar", "validation", "scale"],
        help="one part",
    )
    parser.add_argument("--sizes", type=_numbers, help="numbers of tasks for scale, such as 10000,100000")
    parser.add_argument("--no-walk", action="store_true", help="scale without the walk of every task")
    parser.add_argument(
        "--databases", type=lambda text: text.split(","), default=DATABASES, help="SQLite,PostgreSQL"
    )
    options = parser.parse_args()
    for name, measure in _parts(options).items():
        if options.only in {None, name}:
            text = "\n".join(str(table) for table in measure())
            print(text)
            if not options.quick:
                head = f"Python {platform.python_version()} on {platform.machine()}, 2 cores.\n\n"
                (RESULTS / f"{name}.md").write_text(f"# Results: {name}\n\n{head}{text}")


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


if __name__ == "__main__":
    main()
