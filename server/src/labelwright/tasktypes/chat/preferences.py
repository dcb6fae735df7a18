"""Which models people prefer, over many conversations (wire/task-types-scores §3): Bradley–Terry win rates."""

from collections.abc import Iterable, Mapping
from itertools import combinations, product
from typing import Any

from labelwright.metrics.rankings import bradley_terry, win_rates
from labelwright.tasktypes.chat.answer import RESPONSE, ChatAnswer, ChatChecker
from labelwright.tasktypes.chat.params import ChatParams
from labelwright.tasktypes.chat.score import orders
from labelwright.tasktypes.checked_type import CheckContext
from labelwright.validation.decoding import typed


def model_win_rates(
    params_model: type[ChatParams], judged: Iterable[tuple[Mapping[str, Any], Any]]
) -> dict[str, float]:
    """Return how probably each model's answer is preferred to another's, 0 to 1, the best model first.

    Every order of answers says of each two of them which is better; ties say nothing. What a model won
    against one that won often counts more.

    Args:
        params_model: of the task type.
        judged: parameters and accepted answer of every task.
    """
    import numpy as np

    wins: dict[tuple[str, str], int] = {}
    for params, answer in judged:
        read = typed(params_model, params)
        accepted, _ = ChatChecker(read).check(answer, CheckContext())
        sources = _sources(accepted)
        for order in orders(read, accepted).values():
            models = [[sources[message] for message in group if message in sources] for group in order]
            for better, worse in combinations(models, 2):
                for both in product(better, worse):
                    if both[0] != both[1]:
                        wins[both] = wins.get(both, 0) + 1
    names = sorted({name for both in wins for name in both})
    table = np.array([[wins.get((a, b), 0) for b in names] for a in names], dtype=float)
    if not names:
        return {}
    rates = dict(zip(names, win_rates(bradley_terry(table)).tolist(), strict=True))
    return dict(sorted(rates.items(), key=lambda one: -one[1]))


def _sources(answer: ChatAnswer) -> dict[str, str]:
    """Return which model said each message, where both have names."""
    return {
        str(part.message_id): str(part.source_id)
        for part in answer.responses
        if part.type == RESPONSE and part.message_id and part.source_id
    }
