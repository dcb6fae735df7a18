"""Judgements about conversations: compared, and merged from several answers (task-types-2d-text §21.2)."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from labelwright.metrics.rankings import concordant_share, kemeny
from labelwright.metrics.text import edit_similarity, normalised
from labelwright.tasktypes.base import Rating, Score
from labelwright.tasktypes.chat.answer import (
    PROMPT,
    RANKING,
    REPORT,
    RESPONSE,
    REWRITE,
    ChatAnswer,
    ChatChecker,
    ChatComponent,
    Scope,
)
from labelwright.tasktypes.chat.params import ChatParams, forms
from labelwright.tasktypes.shared.formmerging import merge_forms
from labelwright.tasktypes.shared.formscores import FormScore, form_ratings, named, score_form
from labelwright.tasktypes.shared.merging import is_majority

Said = tuple[str, str, int, str, int]
"""Type, thread, turn and message of a text, and the how-many-eth of these it is."""

Ranked = tuple[str, int, str]
"""Thread, turn and field of an order of answers."""


def compare(params: ChatParams, expected: ChatAnswer, given: ChatAnswer) -> Score:
    """Return the weighted mean over fields and orders; of the texts where there are none."""
    reported = [any(part.type == REPORT for part in one.responses) for one in (expected, given)]
    if any(reported):
        return Score(float(all(reported)))
    checker = ChatChecker(params)
    fields = dict(forms(params))
    there, here = checker.judgements(expected), checker.judgements(given)
    found = FormScore()
    weights: dict[str, float] = {}
    criteria = _criteria(params)
    for scope in dict.fromkeys((*there, *here)):
        if scope in there and scope in here:
            one = score_form(fields[scope[0]], _values(there[scope]), _values(here[scope]))
        else:
            # A turn or message that only one of them has: nothing about it can be the same.
            one = FormScore(dict.fromkeys({**there.get(scope, {}), **here.get(scope, {})}, 0.0))
        place = f"[{item}]" if (item := _item(scope)) else ""
        found.graded.update({name + place: value for name, value in one.graded.items()})
        found.advisory.update({name + place: value for name, value in one.advisory.items()})
        found.differences.extend(one.differences)
        weights.update({name + place: criteria.get(name, 1.0) for name in one.graded})
    details = found.details()
    ranked, ranked_here = orders(params, expected), orders(params, given)
    shares = {
        key: concordant_share(ranked[key], ranked_here[key]) if key in ranked and key in ranked_here else 0.0
        for key in dict.fromkeys((*ranked, *ranked_here))
    }
    if shares:
        details["ranking"] = sum(shares.values()) / len(shares)
        best = [ranked.get(key, [])[:1] == ranked_here.get(key, [])[:1] for key in shares]
        details["top_1"] = sum(best) / len(best)
    texts = _text_likeness(expected, given)
    if texts or found.advisory:
        free = [*texts.values(), *found.advisory.values()]
        details["text_similarity"] = sum(free) / len(free)
    total = sum(weights[name] * value for name, value in found.graded.items()) + sum(shares.values())
    weight = sum(weights.values()) + len(shares)
    if weight:
        return Score(min(1.0, total / weight), details)
    return Score(details.get("text_similarity", 1.0), details)


def join(params: ChatParams, answers: Sequence[ChatAnswer]) -> ChatAnswer:
    """Return the conversation of the first answer with merged judgements.

    Only answers about the same conversation have a say about it: those with the same prompts and answers of models.

    Args:
        params: the task.
        answers: in order of trust; ties go to the first.
    """
    first = answers[0]
    same = [one for one in answers if _conversation(one) == _conversation(first)]
    checker, fields = ChatChecker(params), dict(forms(params))
    judged = [checker.judgements(one) for one in same]
    outputs: dict[tuple[Scope, str], Any] = {}
    parts: dict[tuple[Scope, str], ChatComponent] = {}
    for scope in judged[0]:
        merged = merge_forms(fields[scope[0]], [_values(one.get(scope, {})) for one in judged])
        outputs.update({(scope, name): value for name, value in merged.items()})
        for one in judged:
            for name, part in one.get(scope, {}).items():
                parts.setdefault((scope, name), part)
    places = {id(part): (scope, name) for scope, of in judged[0].items() for name, part in of.items()}
    common = _merged_orders(params, same)
    responses: list[ChatComponent] = []
    for part in first.responses:
        key = places.get(id(part))
        if key is None:
            order = common.get(_order_key(part)) if _is_order(params, part) else None
            responses.append(part if order is None else msgspec.structs.replace(part, output=order))
        elif key in outputs:
            responses.append(msgspec.structs.replace(part, output=outputs.pop(key)))
    # What most answered and the first did not comes last.
    responses.extend(
        msgspec.structs.replace(parts[key], output=value) for key, value in outputs.items() if key in parts
    )
    return msgspec.structs.replace(first, responses=responses)


def rated(params: ChatParams, answer: ChatAnswer) -> Iterator[Rating]:
    """Yield the judgements about task, turns and messages, and the place of each answer in an order."""
    fields = dict(forms(params))
    for scope, parts in ChatChecker(params).judgements(answer).items():
        yield from form_ratings(fields[scope[0]], _values(parts), item=_item(scope))
    for key, order in orders(params, answer).items():
        thread, turn, name = key
        for place, message in enumerate(order, start=1):
            about = "/".join(one for one in (thread, str(turn), named(message)) if one)
            yield Rating(name or RANKING, float(place), "ordinal", about)


def _values(parts: Mapping[str, ChatComponent]) -> dict[str, Any]:
    return {name: part.output for name, part in parts.items()}


def _item(scope: Scope) -> str:
    """Return what answers to fields are about: blank for the task, else a turn or a message."""
    form, thread, turn, message = scope
    if form == "task_fields":
        return ""
    return message or (f"{thread}/{turn}" if thread else str(turn))


def _criteria(params: ChatParams) -> dict[str, float]:
    """Return the weights of rubric criteria, which are fields of the same name."""
    return {
        one.id: abs(one.weight)
        for rubric in params.rubrics or ()
        for one in rubric.criteria
        if one.weight is not UNSET
    }


def _is_order(params: ChatParams, part: ChatComponent) -> bool:
    known = {field.field_id for _, fields in forms(params) for field in fields}
    return part.type == RANKING and part.field_id not in known and isinstance(part.output, list)


def _order_key(part: ChatComponent) -> Ranked:
    return part.thread_id or "", part.turn or 0, part.field_id or ""


def orders(params: ChatParams, answer: ChatAnswer) -> dict[Ranked, list[str]]:
    """Return the orders of answers that are no fields, best first."""
    return {_order_key(part): part.output for part in answer.responses if _is_order(params, part)}


def _merged_orders(params: ChatParams, answers: Sequence[ChatAnswer]) -> dict[Ranked, list[str]]:
    """Return the common orders of those who ranked the same answers as the first."""
    given = [orders(params, one) for one in answers]
    return {
        key: kemeny([one[key] for one in given if set(one.get(key, ())) == set(order)])
        for key, order in given[0].items()
        if is_majority(sum(key in one for one in given), len(given), first=True)
    }


def _texts(answer: ChatAnswer, kinds: Sequence[str]) -> dict[Said, str]:
    """Return the texts of some types of components by their places."""
    seen: Counter[tuple[str, str, int, str]] = Counter()
    found: dict[Said, str] = {}
    for part in answer.responses:
        if part.type in kinds and isinstance(part.output, str) and part.field_id is UNSET:
            place = (part.type, part.thread_id or "", part.turn or 0, part.message_id or "")
            found[(*place, seen[place])] = part.output
            seen[place] += 1
    return found


def _conversation(answer: ChatAnswer) -> dict[Said, str]:
    return _texts(answer, (PROMPT, RESPONSE))


def _text_likeness(expected: ChatAnswer, given: ChatAnswer) -> dict[Said, float]:
    """Return the edit similarity of prompts, answers and rewrites; 0 for what only one of them has."""
    there, here = (_texts(one, (PROMPT, RESPONSE, REWRITE)) for one in (expected, given))
    return {
        key: edit_similarity(normalised(there[key]), normalised(here[key]))
        if key in there and key in here
        else 0.0
        for key in dict.fromkeys((*there, *here))
    }
