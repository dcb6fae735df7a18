"""What a submission has to have at each stage."""

import pytest

from labelwright.domain.reviews import check_parts
from labelwright.errors import InvalidParameter

ANSWER = b"{}"


@pytest.mark.parametrize(
    ("stage", "verdict", "answer", "comment"),
    [
        ("attempt", None, ANSWER, None),
        ("attempt", None, ANSWER, "hard"),
        ("review", "accept", None, None),
        ("review", "accept", None, "good"),
        ("review", "fix", ANSWER, None),
        ("review", "send_back", None, "Look again."),
    ],
)
def test_whole(stage: str, verdict: str | None, answer: bytes | None, comment: str | None) -> None:
    check_parts(stage, verdict, answer, comment)


@pytest.mark.parametrize(
    ("stage", "verdict", "answer", "comment", "field"),
    [
        ("attempt", None, None, None, "answer"),
        ("attempt", "accept", ANSWER, None, "verdict"),
        ("review", None, None, None, "verdict"),
        ("review", "maybe", None, None, "verdict"),
        ("review", "fix", None, None, "answer"),
        ("review", "accept", ANSWER, None, "answer"),
        ("review", "send_back", ANSWER, "x", "answer"),
        ("review", "send_back", None, None, "comment"),
        ("review", "send_back", None, " \n", "comment"),
    ],
)
def test_not_whole(
    stage: str, verdict: str | None, answer: bytes | None, comment: str | None, field: str
) -> None:
    with pytest.raises(InvalidParameter) as refused:
        check_parts(stage, verdict, answer, comment)
    assert refused.value.field == field
