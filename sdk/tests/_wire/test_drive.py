"""The blocking loop: what is asked is done, in order, and the pipeline is closed whatever happens."""

from __future__ import annotations

import pytest

from scaleapi._engine.messages import Answer, Send, Sleep
from scaleapi._wire.drive import drive

SEND = Send("GET", "http://h", {}, None, 1, 1)


class Recorder:
    def __init__(self, outcome):
        self.outcome = outcome
        self.sent = []

    def send(self, step):
        self.sent.append(step)
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome

    def close(self):
        pass


def test_answers_go_back_in_and_pauses_are_slept():
    def steps():
        first = yield SEND
        nothing = yield Sleep(1.5)
        second = yield SEND
        return first, nothing, second

    answer, pauses = Answer(200, {}, b""), []
    assert drive(steps(), Recorder(answer), pauses.append) == (answer, None, answer)
    assert pauses == [1.5]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt(), FileNotFoundError("x")])
def test_interruptions_close_the_pipeline_and_pass(interruption):
    closed = []

    def steps():
        try:
            yield SEND
        finally:
            closed.append(True)

    with pytest.raises(type(interruption)):
        drive(steps(), Recorder(interruption), lambda seconds: None)
    assert closed == [True]
