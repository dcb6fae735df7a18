"""Judgements about conversations: compared, and merged from several answers (wire/task-types-scores §3)."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from statistics import median_low
from typing import Any

import msgspec
from msgspec import UNSET

from labelwright.metrics.rankings import concordant_groups, kemeny
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
from labelwright.tasktypes.chat.parts import CRITERION, ERROR, GROUPS, LABELED, RATING, criteria, written
from labelwright.tasktypes.forms.fields import answered
from labelwright.tasktypes.scoring.form_scores import FormScore, form_ratings, named, score_form
from labelwright.tasktypes.scoring.merge_answers import is_majority
from labelwright.tasktypes.scoring.merge_forms import merge_forms

Message = tuple[str, str, int, str, int]
"""Type, thread, turn and message of a text, and the how-many-eth of these it is."""

Ranked = tuple[str, int, str]
"""Thread, turn and field of an order of answers."""

Groups = list[list[str]]
"""An order of answers, best first; those in one group are equally good."""


def compare(params: ChatParams, expected: ChatAnswer, given: ChatAnswer) -> Score:
    """Return the weighted mean over fields, ratings, labels and orders; of the texts where there are none."""
    given_up = [_given_up(one) for one in (expected, given)]
    if any(given_up):
        return Score(float(given_up[0] == given_up[1]))
    checker = ChatChecker(params)
    fields = dict(forms(params))
    there, here = checker.judgements(expected), checker.judgements(given)
    found = FormScore()
    weights: dict[str, float] = {}
    of_criteria = {name: abs(one.weight) for name, one in criteria(params).items()}
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
        weights.update({name + place: of_criteria.get(name, 1.0) for name in one.graded})
    _grade_parts(params, expected, given, found, weights)
    details = found.details()
    ranked, ranked_here = orders(params, expected), orders(params, given)
    shares = {
        key: concordant_groups(ranked[key], ranked_here[key]) if key in ranked and key in ranked_here else 0.0
        for key in dict.fromkeys((*ranked, *ranked_here))
    }
    if shares:
        details["ranking"] = sum(shares.values()) / len(shares)
        best = [_best(ranked, key) == _best(ranked_here, key) for key in shares]
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
    common, medians = _merged_orders(params, same), _merged_ratings(same)
    responses: list[ChatComponent] = []
    for part in first.responses:
        key = places.get(id(part))
        if key is None:
            agreed: Any = None
            if part.type == RATING:
                agreed = medians.get(_rating_key(part))
            elif _is_order(params, part):
                agreed = common.get(_order_key(part))
            responses.append(part if agreed is None else msgspec.structs.replace(part, output=agreed))
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
        for place, group in enumerate(order, start=1):
            for message in group:
                about = "/".join(one for one in (thread, str(turn), named(message)) if one)
                yield Rating(name or RANKING, float(place), "ordinal", about)
    for (message, criterion), rating in _ratings(answer).items():
        yield Rating(f"{RATING}.{criterion}", float(rating["score"]), "interval", message)


def _values(parts: Mapping[str, ChatComponent]) -> dict[str, Any]:
    return {name: part.output for name, part in parts.items()}


def _item(scope: Scope) -> str:
    """Return what answers to fields are about: blank for the task, else a turn or a message."""
    form, thread, turn, message, chunk = scope
    if form == "task_fields":
        return ""
    if form == "chunk_fields":
        return f"{message}/{chunk}"
    return message or (f"{thread}/{turn}" if thread else str(turn))


def _given_up(answer: ChatAnswer) -> set[tuple[str, str]]:
    """Return how an answer says that there is none: reports, and errors with their types."""
    return {
        (part.type, part.output.get("type", "") if part.type == ERROR else "")
        for part in answer.responses
        if part.type in (REPORT, ERROR)
    }


def _ratings(answer: ChatAnswer) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Return the ratings by rubric, by message and criterion."""
    return {_rating_key(part): part.output for part in answer.responses if part.type == RATING}


def _rating_key(part: ChatComponent) -> tuple[str, str]:
    return part.message_id or "", part.output["criterion"]


def _grade_parts(
    params: ChatParams, expected: ChatAnswer, given: ChatAnswer, found: FormScore, weights: dict[str, float]
) -> None:
    """Add how alike ratings by rubric and labelled pieces are; what only one of the answers has counts 0."""
    known = dict(criteria(params))
    for part in (*expected.responses, *given.responses):
        if part.type == CRITERION:
            known.setdefault(part.output["id"], written(part.output))
    there, here = _ratings(expected), _ratings(given)
    for key in dict.fromkeys((*there, *here)):
        both = key in there and key in here
        apart = abs(there[key]["score"] - here[key]["score"]) if both else 0.0
        name, criterion = f"{RATING}.{key[1]}[{key[0]}]", known[key[1]]
        found.graded[name] = max(0.0, 1.0 - apart / criterion.max_score) if both else 0.0
        weights[name] = abs(criterion.weight)
    labelled, labelled_here = _pieces(expected), _pieces(given)
    for place in dict.fromkeys((*labelled, *labelled_here)):
        a, b = labelled.get(place, Counter()), labelled_here.get(place, Counter())
        total = a.total() + b.total()
        name = f"{LABELED}[{place}]"
        found.graded[name] = 2 * (a & b).total() / total if total else 1.0
        weights[name] = 1.0


def _pieces(answer: ChatAnswer) -> dict[str, Counter[tuple[str, str, int]]]:
    """Return the labelled pieces of each message, or chunk of one: label, text and place."""
    found: dict[str, Counter[tuple[str, str, int]]] = {}
    for part in answer.responses:
        if part.type == LABELED:
            place = (part.message_id or "") + ("" if part.chunk is UNSET else f"/{part.chunk}")
            found.setdefault(place, Counter()).update(
                (one["label"], one["text"], one.get("start", -1)) for one in part.output
            )
    return found


def _merged_ratings(answers: Sequence[ChatAnswer]) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Return the rating with the median score for each that the first gave."""
    given = [_ratings(one) for one in answers]
    found = {}
    for key in given[0]:
        several = [one[key] for one in given if key in one]
        middle = median_low([one["score"] for one in several])
        found[key] = next(one for one in several if one["score"] == middle)
    return found


def _is_order(params: ChatParams, part: ChatComponent) -> bool:
    known = {field.field_id for _, fields in forms(params) for field in answered(fields)}
    return part.type in (RANKING, GROUPS) and part.field_id not in known and isinstance(part.output, list)


def _order_key(part: ChatComponent) -> Ranked:
    return part.thread_id or "", part.turn or 0, part.field_id or ""


def orders(params: ChatParams, answer: ChatAnswer) -> dict[Ranked, Groups]:
    """Return the orders of answers that are no fields, best first."""
    return {
        _order_key(part): part.output if part.type == GROUPS else [[one] for one in part.output]
        for part in answer.responses
        if _is_order(params, part)
    }


def _best(found: Mapping[Ranked, Groups], key: Ranked) -> set[str]:
    return set(found[key][0]) if found.get(key) else set()


def _merged_orders(params: ChatParams, answers: Sequence[ChatAnswer]) -> dict[Ranked, list[str]]:
    """Return the common orders of those who ranked the same answers as the first, all of them without ties."""
    given = [
        {
            key: [one for group in order for one in group]
            for key, order in orders(params, answer).items()
            if all(len(group) == 1 for group in order)
        }
        for answer in answers
    ]
    plain = {_order_key(part) for part in answers[0].responses if part.type == RANKING}
    return {
        key: kemeny([one[key] for one in given if set(one.get(key, ())) == set(order)])
        for key, order in given[0].items()
        if key in plain and is_majority(sum(key in one for one in given), len(given), first=True)
    }


def _texts(answer: ChatAnswer, kinds: Sequence[str]) -> dict[Message, str]:
    """Return the texts of some types of components by their places."""
    seen: Counter[tuple[str, str, int, str]] = Counter()
    found: dict[Message, str] = {}
    for part in answer.responses:
        if part.type in kinds and isinstance(part.output, str) and part.field_id is UNSET:
            place = (part.type, part.thread_id or "", part.turn or 0, part.message_id or "")
            found[(*place, seen[place])] = part.output
            seen[place] += 1
    return found


def _conversation(answer: ChatAnswer) -> dict[Message, str]:
    return _texts(answer, (PROMPT, RESPONSE))


def _text_likeness(expected: ChatAnswer, given: ChatAnswer) -> dict[Message, float]:
    """Return the edit similarity of prompts, answers and rewrites; 0 for what only one of them has."""
    there, here = (_texts(one, (PROMPT, RESPONSE, REWRITE)) for one in (expected, given))
    return {
        key: edit_similarity(normalised(there[key]), normalised(here[key]))
        if key in there and key in here
        else 0.0
        for key in dict.fromkeys((*there, *here))
    }
