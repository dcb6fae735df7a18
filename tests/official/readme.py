"""The Python snippets of the official READMEs, and which of them are run."""

import re
import textwrap
from collections import Counter
from dataclasses import dataclass

_BLOCK = re.compile(r"^\.\. code-block ?(?:::)? ?python$")
_UNDERLINE = re.compile(r"^([=_^-])\1{2,}\s*$")

BROKEN = {("2.18.4", "v2_api")}
"""Snippets that the client they were published with refuses itself: it wants a request object, and the README gives it
the members (wire/v2-requests §1)."""
_TASKS = """usage create_task create_task_2 retrieve_a_task task_attributes task_attributes_2 task_attributes_3
    retrieve_list_of_tasks get_tasks_count cancel_task"""
_AUDIT = "audit_a_task update_a_task_s_unique_id clear_a_task_s_unique_id set_a_task_s_metadata"
_TAGS = "usage_2 set_a_task_s_tags add_tags_to_a_task delete_tags_from_a_task"
_REST = """create_batch finalize_batch check_batch_status retrieve_a_batch list_batches create_project
    retrieve_project list_projects update_project upload_files upload_files_2 import_files import_files_2
    create_evaluation_task create_evaluation_task_2 error_handling"""
_TEAM = """list_teammates invite_teammate update_teammate_role create_training_task list_all_assignments
    add_studio_assignment remove_studio_assignment list_studio_project_groups add_studio_project_group
    update_studio_project_group list_studio_batches assign_studio_batches set_studio_batches_priority
    reset_studio_batches_priority"""
_LATER = f"{_TASKS} {_AUDIT} {_TAGS} {_REST} {_TEAM}"
NAMES = {
    "0.3.1": """usage create_categorization_task create_transcription_task create_comparison_task
        create_annotation_task create_datacollection_task create_audiotranscription_task retrieve_task cancel_task
        list_tasks error_handling""",
    "1.0.4": """usage create_task create_task_2 retrieve_task list_tasks cancel_task create_batch finalize_batch
        check_batch_status retrieve_batch list_batches create_project retrieve_project list_projects
        update_project error_handling""",
    "2.7.0": f"{_TASKS} {_REST}",
    "2.12.0": f"{_TASKS} {_AUDIT} {_REST} {_TEAM}",
    "2.15.14": _LATER,
    "2.17.0": f"{_LATER} v2_api",
    "2.18.4": _LATER,
}
"""Release → the snippets of its README."""


@dataclass(frozen=True)
class Snippet:
    """A block of Python in a README.

    Attributes:
        name: the heading that it stands below, as a word, and its number where a heading has several.
        text: the code as published.
    """

    name: str
    text: str


def snippets(readme: str) -> list[Snippet]:
    """Every block of Python, in order.

    One directive lacks its two colons in the official README (wire/clients §5.4); it is a block all the same.
    """
    lines = readme.splitlines()
    heading, found, counts = "", [], Counter[str]()
    for number, line in enumerate(lines):
        if _UNDERLINE.match(line) and number and lines[number - 1].strip():
            heading = re.sub(r"\W+", "_", lines[number - 1].partition("(")[0].strip().lower()).strip("_")
        elif _BLOCK.match(line):
            block: list[str] = []
            for inner in lines[number + 1 :]:
                if inner.strip() and not inner.startswith(" "):
                    break
                block.append(inner)
            counts[heading] += 1
            name = heading if counts[heading] == 1 else f"{heading}_{counts[heading]}"
            found.append(Snippet(name, textwrap.dedent("\n".join(block)).strip() + "\n"))
    return found
