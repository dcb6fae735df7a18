"""The two spellings of a camera's scale (task-types-2d-text §3.2)."""

from collections.abc import Mapping
from typing import Any

import msgspec

from labelwright.validation import decode

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
        whole = decode(Any, given[name], prefix=name)
        camera: Any = whole
        for step in path:
            camera = camera.get(step) if isinstance(camera, dict) else None
        if isinstance(camera, dict) and _OLD in camera and _NEW not in camera:
            camera[_NEW] = camera.pop(_OLD)
            given = {**given, name: msgspec.Raw(msgspec.json.encode(whole))}
    return given
