"""Finds the task types: every package beside this file that has ``TASK_TYPES``."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

import labelwright.tasktypes as here
from labelwright.refusals import InvalidParameter
from labelwright.tasktypes.base import TaskType

OFFICIAL = frozenset(
    """annotation categorization comparison cuboidannotation datacollection documentmodel documenttranscription
    imageannotation laneannotation lidarannotation lidarlinking lidarsegmentation lidartopdown lineannotation
    namedentityrecognition pointannotation polygonannotation segmentannotation transcription textcollection
    videoannotation videoboxannotation videoplaybackannotation videocuboidannotation sensorfusion chat
    chatexperimental chatlite multichat multistage federal2dvideoannotation audiotranscription
    cruisecontrol""".split()
)
"""Every slug an official release knows (api-v1 §11.4), built here or not."""


@cache
def task_types() -> Mapping[str, TaskType]:
    """Return every task type by slug and by alias."""
    found: dict[str, TaskType] = {}
    for module in pkgutil.iter_modules(here.__path__):
        if module.ispkg:
            for kind in getattr(importlib.import_module(f"{here.__name__}.{module.name}"), "TASK_TYPES", ()):
                for slug in (kind.slug, *kind.aliases):
                    if slug in found:
                        raise RuntimeError(f"two task types claim the slug {slug!r}")
                    found[slug] = kind
    return found


def find(slug: str) -> TaskType:
    """Return the task type of a slug.

    Raises:
        InvalidParameter: the slug is unknown, or known to Scale and not built here yet.
    """
    kind = task_types().get(slug)
    if kind is not None:
        return kind
    if slug in OFFICIAL:
        built = ", ".join(sorted({k.slug for k in task_types().values()}))
        raise InvalidParameter(
            f'Task type "{slug}" is not supported by this server yet. Supported types: {built}.', field="type"
        )
    raise InvalidParameter.because(f'"type" must be a task type, "{slug}" is not one', field="type")


def canonical(slug: str) -> str:
    """The slug that tasks of this type are stored under.

    Raises:
        InvalidParameter: the slug is no task type.
    """
    kind = task_types().get(slug)
    if kind is None and slug not in OFFICIAL:
        raise InvalidParameter.because(f'"type" must be a task type, "{slug}" is not one', field="type")
    return kind.slug if kind else slug
