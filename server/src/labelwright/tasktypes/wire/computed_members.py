"""Members of answers that nobody is asked for: the server fills them in, or a machine measures them.

Schemas of answers mark them ``readOnly``; forms leave them out. This is the only list: one line for each struct.
"""

from collections.abc import Mapping
from typing import Any

READ_ONLY = "readOnly"
REFERENCE = "x-reference"
"""Marks a text that is the name of another part of the same answer."""
OWN_NAME = "x-name"
"""Marks the name of a part, which others refer to by it."""
NAMED_BY_KEY = "x-named-by-key"
"""Marks an object whose keys are names that nobody is asked for."""

_SCENE = (
    "SceneBox2D SceneCuboid SceneEvent SceneLink ScenePoint ScenePoint2D ScenePointSegmentation ScenePointTopDown"
    " ScenePolygon ScenePolygon2D ScenePolygonTopDown ScenePolyline ScenePolyline2D"
).split()
_CORNERS = frozenset({"edges", "points_2d", "points_3d"})

TIME_SPENT = "time_spent_in_seconds"
"""The seconds of work at all attempts of a task, in every answer that has a member of this name."""

NAME = "uuid"
"""The name of a part in every struct that has a member of this name."""

NAMES: Mapping[str, str] = {"Span": "id", "Relationship": "id", **dict.fromkeys(_SCENE, "id")}
"""Structs whose parts are named otherwise; the server gives names where they are absent."""

COMPUTED: Mapping[str, frozenset[str]] = {
    # From what was drawn: corners of turned boxes, visible edges of cuboids, corners with camera data.
    "Box": frozenset({"vertices"}),
    "LinkedBox": frozenset({"vertices"}),
    "VideoBox": frozenset({"vertices"}),
    "Cuboid": _CORNERS,
    "CuboidItem": _CORNERS,
    "LinkedCuboid": _CORNERS,
    "VideoCuboid": _CORNERS,
    # From the frame's number and the video's rate.
    "TrackFrame": frozenset({"timestamp", *_CORNERS}),
    "VideoEvent": frozenset({"startTime", "endTime"}),
    "VideoFrame": frozenset({"frame"}),
    # From the points, and from where the pixels are in the world.
    "LidarCuboid": frozenset({"distance_to_device", "numberOfPoints"}),
    "TopDownLine": frozenset({"world_vertices"}),
    "TopDownPoint": frozenset({"world"}),
    "TopDownPolygon": frozenset({"world_vertices"}),
    "SensorFusionAnswer": frozenset({"scene_format"}),
    # From the index picture or the masks.
    "MaskEntry": frozenset({"color", "numPixels"}),
    "CombinedImages": frozenset({"image"}),
    "SegmentationImages": frozenset({"unlabeled"}),
    # From the text, the recording and the choice.
    "Span": frozenset({"text"}),
    "AlignedWord": frozenset({"confidence"}),
    "AudioTranscriptionAnswer": frozenset({"duration"}),
    "CategorizationAnswer": frozenset({"category_id"}),
    # About the work and who did it.
    "DataCollectionAnswer": frozenset({TIME_SPENT}),
    "TranscriptionAnswer": frozenset({TIME_SPENT}),
    "DocumentModelAnnotation": frozenset({"confidence"}),
    "DocumentModelAnswer": frozenset({"model", "reviewed"}),
    "StageAnswer": frozenset({"type"}),
    "ConversationThread": frozenset({"id"}),
    "ConversationTurn": frozenset({"id"}),
}
"""Struct to members that a person cannot know, or need not say."""

REFERENCES: Mapping[str, frozenset[str]] = {
    "DocumentAnnotation": frozenset({"refs"}),
    "DocumentModelAnnotation": frozenset({"refs"}),
    "Relationship": frozenset({"source_ref", "target_ref"}),
    "Link": frozenset({"from", "to"}),
    **dict.fromkeys(_SCENE, frozenset({"parent_id"})),
    "SceneLink": frozenset({"parent_id", "from_id", "to_id"}),
}
"""Struct to members that hold names of other parts of the answer."""

KEYED: Mapping[str, frozenset[str]] = {"VideoPlaybackAnnotationAnswer": frozenset({"annotations"})}
"""Struct to members whose keys are such names."""


def mark(definitions: Mapping[str, Any]) -> None:
    """Mark the members in the ``$defs`` of an answer's schema.

    Args:
        definitions: name of a struct to its schema; changed in place.
    """
    for struct, definition in definitions.items():
        properties = definition.get("properties", {})
        own = NAMES.get(struct, NAME)
        for name in COMPUTED.get(struct, frozenset()) & properties.keys():
            properties[name] = {**properties[name], READ_ONLY: True}
        if own in properties:
            properties[own] = {**properties[own], READ_ONLY: True, OWN_NAME: True}
        for name in REFERENCES.get(struct, frozenset()) & properties.keys():
            properties[name] = _referring(properties[name])
        for name in KEYED.get(struct, frozenset()) & properties.keys():
            properties[name] = {**properties[name], NAMED_BY_KEY: True}


def _referring(schema: Mapping[str, Any]) -> dict[str, Any]:
    if "items" in schema:
        return {**schema, "items": {**schema["items"], REFERENCE: True}}
    return {**schema, REFERENCE: True}
