"""A request that each task type has to accept, after the official clients' own tests and Scale's documentation.

Where a type needs something that must be there first, the value is a word in angle brackets, which ``completed``
replaces.
"""

COW = "http://i.imgur.com/v4cBreD.jpg"
FRAMES = [f"https://files.example.org/drive7/{n}.jpg" for n in (1, 2, 3)]
SCANS = [f"https://files.example.org/drive7/{n}.json" for n in (1, 2)]
BOX = {"box": {"objects_to_annotate": ["car"]}}
OBJECTS = {"attachment_type": "image", "attachment": COW, "objects_to_annotate": ["big cow"]}

REQUESTS = {
    "annotation": {**OBJECTS, "min_width": "30", "min_height": "30", "with_labels": True},
    "audiotranscription": {
        "attachment_type": "audio",
        "attachment": "https://files.example.org/speaker-3.wav",
        "verbatim": False,
    },
    "categorization": {
        "attachment_type": "website",
        "attachment": "http://www.google.com/",
        "categories": ["public", "private"],
    },
    "chat": {"project": "<project>", "template_variables": {}},
    "chatexperimental": {"project": "<project>", "template_variables": {}},
    "chatlite": {"project": "<project>", "template_variables": {}},
    "comparison": {"attachment_type": "image", "attachments": FRAMES[:2], "choices": ["yes", "no"]},
    "cuboidannotation": {**OBJECTS, "objects_to_annotate": ["car", "truck"]},
    "datacollection": {
        "attachment_type": "website",
        "attachment": "http://www.google.com/",
        "fields": {"hiring_page": "Hiring Page URL"},
    },
    "documentmodel": {"attachment": "https://files.example.org/invoice.pdf", "model": "invoices-2"},
    "documenttranscription": {"attachment": COW, "features": [{"type": "block", "label": "barcode"}]},
    "federal2dvideoannotation": {"attachment_type": "image", "attachments": FRAMES, "geometries": BOX},
    "imageannotation": {
        "attachment_type": "image",
        "attachment": COW,
        "geometries": {"box": {"objects_to_annotate": ["Baby Cow"], "min_height": 10, "min_width": 10}},
    },
    "laneannotation": {"attachment": FRAMES[0], "labels": ["solid_white", "dashed_white"]},
    "lidarannotation": {"attachments": SCANS, "attachment_type": "json", "labels": ["Car", "Pedestrian"]},
    "lidarlinking": {"lidar_task": "<lidar task>", "annotation_type": "annotation"},
    "lidarsegmentation": {
        "project": "<project>",
        "attachments": SCANS,
        "attachment_type": "json",
        "labels": ["road", "vegetation"],
    },
    "lidartopdown": {
        "project": "<project>",
        "attachment": FRAMES[0],
        "geometries": {"line": {"objects_to_annotate": ["kerb"]}},
    },
    "lineannotation": {**OBJECTS, "with_labels": True, "splines": True},
    "multichat": {"project": "<project>", "template_variables": {}},
    "multistage": {
        "project": "<project>",
        "stages": [
            {
                "id": "kind",
                "type": "categorization",
                "params": {"attachment_type": "text", "attachment": "car", "categories": ["a", "b"]},
            }
        ],
    },
    "namedentityrecognition": {
        "text": "Ada lived in London.",
        "labels": [{"name": "place", "description": "Where"}],
    },
    "pointannotation": {**OBJECTS, "with_labels": True},
    "polygonannotation": {**OBJECTS, "with_labels": True},
    "segmentannotation": {
        "attachment_type": "image",
        "attachment": COW,
        "labels": ["big cow", "background"],
        "allow_unlabeled": True,
    },
    "sensorfusion": {
        "project": "<project>",
        "attachments": ["https://files.example.org/drive7.sfs"],
        "scene_format": "sensor_fusion",
        "annotation_definition": [{"type": "cuboid", "labels": ["Car"]}],
        "is_frameless": False,
    },
    "textcollection": {
        "attachments": [{"type": "website", "content": "http://www.google.com/"}],
        "fields": [
            {
                "type": "category",
                "field_id": "kind",
                "title": "Public or private?",
                "choices": [{"label": "Public", "value": "public"}, {"label": "Private", "value": "private"}],
            }
        ],
    },
    "transcription": {
        "attachment_type": "website",
        "attachment": "http://www.google.com/",
        "fields": {"title": "Title of Webpage", "top_result": "Title of the top result"},
        "repeatable_fields": {"username": "Username of submitter", "comment_count": "Number of comments"},
    },
    "videoannotation": {"attachment_type": "image", "attachments": FRAMES, "geometries": BOX},
    "videoboxannotation": {"attachment_type": "image", "attachments": FRAMES, "geometries": BOX},
    "videocuboidannotation": {
        "attachment_type": "image",
        "attachments": FRAMES,
        "geometries": {"cuboid": {"objects_to_annotate": ["car"]}},
    },
    "videoplaybackannotation": {"attachment": "https://files.example.org/drive7.mp4", "geometries": BOX},
}

ANSWERS = {
    "annotation": {"annotations": [{"left": 0, "top": 0, "width": 100, "height": 100, "label": "big cow"}]},
    "categorization": {"category": "public"},
    "comparison": {"choice": "yes"},
    "datacollection": {"fields": {"hiring_page": "test response"}, "time_spent_in_seconds": 15},
    "pointannotation": None,
}
"""What test mode was recorded to answer (wire/modes), where it does not depend on chance."""
DEFAULTS = {
    "categorization": {"allow_multiple": False},
    "lineannotation": {"splines": True},
    "pointannotation": {},
    "segmentannotation": {"allow_unlabeled": True, "allow_parent_labels": False},
}
"""Parameters that the server fills in (wire/tasks §4.1)."""
UNCHANGED = (
    "attachment",
    "attachments",
    "attachment_type",
    "objects_to_annotate",
    "categories",
    "choices",
    "text",
)


def check(slug, given, task):
    """Check a created task of test mode against its request.

    Args:
        slug: the task type.
        given: the request.
        task: the task as a dictionary.
    """
    assert (task["type"], task["status"], task["is_test"]) == (slug, "completed", True)
    for name in UNCHANGED:
        if name in given:
            assert task["params"][name] == given[name], name
    for name, value in DEFAULTS.get(slug, {}).items():
        assert task["params"][name] == value, name
    assert "project" not in task["params"]
    if slug in ANSWERS:
        assert task.get("response") == ANSWERS[slug]
    else:
        assert isinstance(task["response"], dict)
