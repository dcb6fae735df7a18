"""Every accepted answer of every type can be told as a conversation that clients can read.

Source: wire/v2-conversations §5.
"""

from typing import Any

import msgspec
import pytest
from server.tests.tasktypes.test_examples import cases, families

from labelwright.tasktypes.base import TaskType
from labelwright.tasktypes.threads import ConversationAnswer, Thread


def told(kind: TaskType, params: Any, answer: Any) -> ConversationAnswer | None:
    """Tell an answer, and read what was written as a strict client would."""
    found = kind.conversation(params, answer)
    if found is not None:
        text = msgspec.json.encode(found.threads)
        assert msgspec.json.encode(msgspec.json.decode(text, type=list[Thread])) == text
    return found


@pytest.mark.parametrize(("kind", "example"), cases("good_answers"))
def test_good_answers_are_told(kind: TaskType, example: Any, stored: Any) -> None:
    kept = stored(kind, example.params)
    text, _ = kind.check_answer(kept, example.answer)
    told(kind, kept, msgspec.json.decode(text))


def test_whoever_speaks_is_told_in_words() -> None:
    """Forms, choices, spans and conversations are told; shapes and points are a file."""
    worded = set()
    for kind, examples in families():
        for params in examples.good_params.values():
            kept = msgspec.json.decode(
                kind.check_params(
                    msgspec.json.decode(msgspec.json.encode(params), type=dict[str, msgspec.Raw])
                )
            )
            sample = kind.sample_answer(kept)
            if sample is not None and told(kind, kept, msgspec.json.decode(sample)) is not None:
                worded.add(kind.slug)
    assert worded == set(
        """audiotranscription categorization chat chatexperimental chatlite comparison datacollection documentmodel
        documenttranscription multichat namedentityrecognition textcollection transcription""".split()
    )
