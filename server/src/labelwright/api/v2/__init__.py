"""V2 as the generated clients speak it; ``README.md`` lists what is emulated, what is not, and every oddity."""

from labelwright.api.v2 import annotations, batches, datasets, deliveries, description, projects, tasks
from labelwright.tasktypes import threads

ENDPOINTS = (
    *tasks.ENDPOINTS,
    *batches.ENDPOINTS,
    *projects.ENDPOINTS,
    *deliveries.ENDPOINTS,
    *annotations.ENDPOINTS,
    *datasets.ENDPOINTS,
    *description.ENDPOINTS,
)

FILES = (threads.BasicFile, threads.ImageFile, threads.AudioFile)
"""Shapes that the contract names only in unions."""

UNIONS = {
    "DetailedFile": {
        "title": "DetailedFile",
        "description": "A file; the shapes overlap and are told apart by mime_type.",
        "anyOf": [{"$ref": f"#/components/schemas/{one.__name__}"} for one in FILES[::-1]],
    },
    "FileValue": {
        "title": "FileValue",
        "description": "Files, or one of them.",
        "anyOf": [
            {"type": "array", "items": {"$ref": "#/components/schemas/BasicFile"}},
            {"$ref": "#/components/schemas/DetailedFile"},
        ],
    },
    "ExpandableAnnotation": {
        "title": "ExpandableAnnotation",
        "description": "The id or key of an annotation, or the annotation.",
        "anyOf": [{"type": "string"}, {"type": "object"}],
    },
}
"""Schemas of what no Struct can say: unions of untagged shapes."""
