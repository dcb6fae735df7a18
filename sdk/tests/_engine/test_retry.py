"""The retry policy: every status, every kind of failure, and the laws of pauses and budget."""

from __future__ import annotations

import math
from email.utils import formatdate
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaleapi._engine.messages import Answer, Failure
from scaleapi._engine.retry import Attempt, Budget, Rules, Stop, Wait, after, may_have_acted, retry_after
from scaleapi.exceptions import Headers

NOW = 1_795_000_000.0


def decide(outcome, number=1, rules=None, random=1.0, **kinds):
    attempt = Attempt(number, outcome, **kinds)
    return after(attempt, rules or Rules(), random=lambda: random, now=lambda: NOW)


def answer(status, **headers):
    return Answer(status, Headers({name.replace("_", "-"): value for name, value in headers.items()}), b"")


def failure(**kinds):
    return Failure(OSError("x"), "x", **kinds)


@pytest.mark.parametrize("status", range(300, 600))
def test_which_statuses_are_tried_again(status):
    again = status in {408, 429} or 500 <= status <= 530
    assert decide(answer(status)) == (Wait(1.0) if again else Stop("final"))


@pytest.mark.parametrize("status", [408, 429, *range(500, 531)])
def test_only_a_rate_limit_refusal_is_safe_to_repeat_for_everything(status):
    expected = Wait(1.0) if status == 429 else Stop("ambiguous")
    assert decide(answer(status), repeatable=False) == expected
    assert may_have_acted(answer(status)) == (status != 429)


@pytest.mark.parametrize(
    ("acted", "repeatable", "permanent"), list(product([True, False], [True, False], [True, False]))
)
def test_failures_without_answer(acted, repeatable, permanent):
    decision = decide(failure(may_have_acted=acted, permanent=permanent), repeatable=repeatable)
    if permanent:
        assert decision == Stop("final")
    elif acted and not repeatable:
        assert decision == Stop("ambiguous")
    else:
        assert decision == Wait(1.0)


def test_a_used_up_stream_is_not_sent_again():
    assert decide(answer(429), resendable=False) == Stop("body")


@pytest.mark.parametrize("retries", range(5))
def test_number_of_tries(retries):
    rules = Rules(max_retries=retries)
    decisions = [decide(answer(500), number, rules) for number in range(1, 7)]
    assert decisions[:retries] == [Wait(min(8.0, 2.0**n)) for n in range(retries)]
    assert decisions[retries:] == [Stop("spent")] * (6 - retries)


@given(st.integers(1, 60), st.floats(0, 1, exclude_max=True), st.floats(0.01, 5), st.floats(0.01, 60))
def test_pauses_are_within_their_bound(number, random, base, cap):
    rules = Rules(max_retries=60, base=base, cap=cap)
    decision = decide(answer(500), number, rules, random)
    assert isinstance(decision, Wait)
    assert 0 <= decision.seconds <= min(cap, base * 2 ** (number - 1))


@pytest.mark.parametrize(
    ("header", "random", "pause"),
    [
        ("7", 0.0, 7.0),
        ("0.25", 0.0, 0.25),
        ("0", 0.5, 0.5),
        ("120", 0.0, 120.0),
        ("soon", 0.5, 0.5),
        ("-3", 0.5, 0.5),
    ],
)
def test_retry_after_is_obeyed(header, random, pause):
    assert decide(answer(429, Retry_After=header), random=random) == Wait(pause)


def test_retry_after_as_a_date():
    assert decide(answer(503, retry_after=formatdate(NOW + 30, usegmt=True)), random=0.0) == Wait(30.0)
    assert decide(answer(503, retry_after=formatdate(NOW - 30, usegmt=True)), random=0.0) == Wait(0.0)


def test_a_long_retry_after_is_raised_at_once():
    assert decide(answer(429, retry_after="120.5")) == Stop("patience")
    assert decide(answer(429, retry_after=formatdate(NOW + 3600, usegmt=True))) == Stop("patience")


@given(st.one_of(st.none(), st.text(max_size=40), st.floats().map(str), st.integers().map(str)))
def test_retry_after_reads_anything(value):
    seconds = retry_after(value, NOW)
    assert seconds is None or (seconds >= 0 and math.isfinite(seconds))


@given(st.integers(-10_000, 10_000))
def test_retry_after_dates_round_trip(offset):
    assert retry_after(formatdate(NOW + offset, usegmt=True), NOW) == max(0, offset)


@given(st.integers(0, 40), st.lists(st.sampled_from(["take", "first try", "retried"]), max_size=80))
def test_budget_is_a_bounded_counter(capacity, events):
    budget, level = Budget(capacity), capacity
    for event in events:
        if event == "take":
            enough = level >= Budget.COST
            assert budget.take() == enough
            level -= Budget.COST * enough
        else:
            budget.succeeded(retried=event == "retried")
            level = min(capacity, level + (Budget.COST if event == "retried" else Budget.REFILL))
        assert budget.available == level
