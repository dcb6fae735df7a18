"""Finds the task types: every package beside this file that has ``TASK_TYPES``, or ``CONTENT_READERS``."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

import labelwright.tasktypes as here
from labelwright.errors import InvalidParameter
from labelwright.tasktypes.attachment_readers import ContentReader
from labelwright.tasktypes.base import TaskType


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


@cache
def readers() -> Mapping[str, ContentReader]:
    """Return how contents of attachments are looked into, by the names that ``TaskType.contents`` gives them."""
    found: dict[str, ContentReader] = {}
    for module in pkgutil.iter_modules(here.__path__):
        if module.ispkg:
            package = importlib.import_module(f"{here.__name__}.{module.name}")
            for name, reader in getattr(package, "CONTENT_READERS", {}).items():
                if name in found:
                    raise RuntimeError(f"two readers claim the name {name!r}")
                found[name] = reader
    return found


def find(slug: str) -> TaskType:
    """Return the task type of a slug.

    Raises:
        InvalidParameter: the slug is no task type.
    """
    kind = task_types().get(slug)
    if kind is None:
        raise InvalidParameter.because(f'"type" must be a task type, "{slug}" is not one', field="type")
    return kind


def canonical(slug: str) -> str:
    """The slug that tasks of this type are stored under.

    Raises:
        InvalidParameter: the slug is no task type.
    """
    return find(slug).slug


@cache
def undrawn_parts() -> frozenset[str]:
    """Return the names of everything that no editor draws in this version (``TaskType.undrawn``)."""
    return frozenset(part for kind in task_types().values() for part in kind.undrawn_parts)
