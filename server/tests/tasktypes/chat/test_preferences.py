"""Win rates of models over many conversations."""

from typing import Any

import numpy as np
import pytest

from labelwright.metrics.rankings import bradley_terry, win_rates
from labelwright.tasktypes.chat.params import ChatParams
from labelwright.tasktypes.chat.preferences import model_win_rates

ASKED: dict[str, Any] = {"models": [{"id": one} for one in "abc"], "responses_per_turn": 3}


def ranked(order: str, turn: int = 0) -> list[dict[str, Any]]:
    """One turn in which the models are put in this order."""
    said = [
        {"type": "ModelResponse", "output": "…", "turn": turn, "source_id": one, "message_id": f"{one}{turn}"}
        for one in sorted(order)
    ]
    return [*said, {"type": "RankedChoices", "output": [f"{one}{turn}" for one in order], "turn": turn}]


def tasks(*orders: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [(ASKED, {"responses": ranked(order)}) for order in orders]


def test_two_models() -> None:
    found = model_win_rates(ChatParams, tasks("ab", "ab", "ba", "ab"))
    assert found == {"a": pytest.approx(0.75), "b": pytest.approx(0.25)}


def test_every_order_says_something_of_each_two() -> None:
    found = model_win_rates(ChatParams, tasks("abc", "abc", "bca", "cab"))
    wins = np.array([[0, 3, 2], [1, 0, 3], [2, 1, 0]], dtype=float)
    assert list(found) == ["a", "b", "c"]
    assert list(found.values()) == pytest.approx(win_rates(bradley_terry(wins)).tolist())


def test_turns_count_each_by_itself() -> None:
    answer = {"responses": [*ranked("ab"), *ranked("ba", 1)]}
    assert model_win_rates(ChatParams, [(ASKED, answer)]) == {"a": 0.5, "b": 0.5}


def test_nothing_was_ranked() -> None:
    assert model_win_rates(ChatParams, []) == {}
    unnamed = [{"type": "ModelResponse", "output": "…", "message_id": "m1"}]
    assert model_win_rates(ChatParams, [(ASKED, {"responses": unnamed})]) == {}
