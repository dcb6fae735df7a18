"""Forms about attachments: what recordings show, and what examples cannot."""

from typing import Any

import msgspec
import pytest

from labelwright.tasktypes.registry import find
from labelwright.tasktypes.transcription.examples import (
    AUDIO,
    BOTH,
    COLLECTION,
    COMPARISON,
    ROWS,
    SPEECH,
    TRANSCRIPTION,
    TWO,
)


def sample(slug: str, params: Any, stored: Any) -> Any:
    made = find(slug).sample_answer(stored(find(slug), params))
    assert made is not None
    return msgspec.json.decode(made)


def final(slug: str, params: Any, answer: Any, stored: Any) -> Any:
    text, problems = find(slug).check_answer(stored(find(slug), params), answer)
    assert list(problems) == []
    return msgspec.json.decode(text)


def test_samples_as_recorded(stored: Any) -> None:
    fields = {"title": "test response", "top_result": "test response"}
    assert sample("transcription", TRANSCRIPTION, stored) == {
        "fields": fields,
        "repeatable_fields": [None, None],
    }
    row = {"username": "test row response", "comment_count": "test row response"}
    assert sample("transcription", ROWS, stored) == {"fields": fields, "repeatable_fields": [row, row]}
    assert sample("datacollection", COLLECTION, stored) == {
        "fields": {"hiring_page": "test response"},
        "time_spent_in_seconds": 15,
    }
    assert sample("comparison", COMPARISON, stored) == {"choice": "yes"}
    assert sample("comparison", BOTH, stored) == {
        "choice": "yes",
        "fields": {"difference": "test response"},
    }


def test_the_recorded_transcript(stored: Any) -> None:
    made = sample("audiotranscription", AUDIO, stored)
    assert made["transcript"] == "This is an example transcript using your Scale test key."
    assert made["duration"] == 5
    words = made["alignment"]
    assert len(words) == 11
    assert words[0] == {"word": "This", "start": 0.3, "end": 0.37, "confidence": 0.9}
    assert words[-1] == {"word": "key", "start": 2.85, "end": 3.11, "confidence": 0.9}
    assert [one["word"] for one in words if one["confidence"] == 0.3] == ["transcript", "using"]


def test_defaults_that_recordings_echo(stored: Any) -> None:
    kept = stored(find("audiotranscription"), {"attachment": SPEECH})
    assert kept == {"attachment": SPEECH, "verbatim": False, "skip_human_transcription": False}
    assert stored(find("transcription"), TRANSCRIPTION) == TRANSCRIPTION
    assert stored(find("datacollection"), COLLECTION) == COLLECTION
    assert stored(find("comparison"), COMPARISON) == COMPARISON


def test_rows_by_their_older_name(stored: Any) -> None:
    old = {("row_fields" if key == "repeatable_fields" else key): value for key, value in ROWS.items()}
    assert stored(find("transcription"), old) == ROWS


def test_null_rows_are_left_out(stored: Any) -> None:
    rows = [None, {"username": "ada", "comment_count": None}, None]
    answer = {"fields": {"title": "a", "top_result": ""}, "repeatable_fields": rows}
    made = final("transcription", ROWS, answer, stored)
    assert made == {**answer, "repeatable_fields": [rows[1]]}
    without = final("transcription", TRANSCRIPTION, {**answer, "repeatable_fields": [None]}, stored)
    assert without == {"fields": answer["fields"]}


def test_attachments_in_order(stored: Any) -> None:
    assert list(find("comparison").attachments(stored(find("comparison"), COMPARISON))) == TWO
    assert list(find("audiotranscription").attachments(stored(find("audiotranscription"), AUDIO))) == [SPEECH]


@pytest.mark.parametrize("name", ["text", "image", "video", "audio", "website", "pdf"])
def test_every_type_of_attachment(name: str, stored: Any) -> None:
    for slug, good in (("transcription", TRANSCRIPTION), ("comparison", COMPARISON)):
        assert stored(find(slug), {**good, "attachment_type": name})["attachment_type"] == name
