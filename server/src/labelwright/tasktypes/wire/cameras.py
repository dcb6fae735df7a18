"""The two spellings of a camera's scale (wire/task-types-common §8)."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from labelwright.validation.decoding import decode

_OLD, _NEW = "scale_factor", "scalefactor"


def with_scalefactor(given: Mapping[str, msgspec.Raw]) -> Mapping[str, msgspec.Raw]:
    """Return a request in which cameras spell ``scale_factor`` as ``scalefactor``.

    A request with both spellings stays as it is, for ``check_camera`` to refuse.

    Args:
        given: the members of a request: ``camera_intrinsics``, or ``geometries.cuboid.camera_intrinsics``.

    Raises:
        InvalidParameter: one of these is no JSON.
    """
    for name, path in (("camera_intrinsics", ()), ("geometries", ("cuboid", "camera_intrinsics"))):
        if _OLD.encode() not in bytes(given.get(name, b"")):
            continue
        decode(Any, given[name], prefix=name)
        given = {**given, name: _renamed(given[name], path)}
    return given


def _renamed(text: msgspec.Raw, path: Sequence[str]) -> msgspec.Raw:
    """Return the text of an object with the key of the camera below it renamed, the rest byte for byte."""
    try:
        members = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    except msgspec.ValidationError:
        return text
    if path:
        if path[0] not in members:
            return text
        members[path[0]] = _renamed(members[path[0]], path[1:])
    elif _OLD in members and _NEW not in members:
        members[_NEW] = members.pop(_OLD)
    return msgspec.Raw(msgspec.json.encode(members))
