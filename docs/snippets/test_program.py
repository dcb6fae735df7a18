"""A test of a program that uses Scale's API, on a platform of its own."""

from typing import Any


def label_kinds(client: Any, texts: list[str]) -> dict[str, str]:
    """The program: what kind of sentence is each text?"""
    found: dict[str, str] = {}
    for text in texts:
        task = client.create_task(
            "categorization", attachment_type="text", attachment=text, categories=["question", "statement"]
        )
        found[text] = task.response["category"]
    return found


def test_every_text_gets_a_kind(scale_client: Any) -> None:
    assert label_kinds(scale_client, ["Nine?", "Nine."]) == {"Nine?": "question", "Nine.": "question"}


def test_everything_is_empty_before(scale_client: Any) -> None:
    assert scale_client.projects() == []
