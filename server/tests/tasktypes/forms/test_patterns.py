"""Regular expressions of customers: which are taken, what fits them, and that none takes long."""

import pytest
from msgspec import UNSET

from labelwright.errors import InvalidParameter
from labelwright.tasktypes.forms.attributes import AttributeDefinition, check_definitions
from labelwright.tasktypes.forms.patterns import MAX_COUNT, check_pattern, example, fits


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("b", "abc", True),
        ("^b", "abc", False),
        ("^[A-Z]{2}$", "AB", True),
        ("^[A-Z]{2}$", "AB\n", False),
        (r"^\d+$", "٣", False),
        (r"^\p{Greek}+$", "λόγος", True),
        ("(?i)^abc$", "aBC", True),
        ("^.$", "😀", True),
        (UNSET, "anything", True),
    ],
)
def test_found_anywhere_unless_tied(pattern: str, text: str, expected: bool) -> None:
    assert fits(pattern, text) is expected


@pytest.mark.parametrize(
    ("pattern", "because"),
    [
        ("(?=a)b", "invalid perl operator: (?="),
        ("(?<!a)b", "invalid perl operator: (?<"),
        (r"(a)\1", r"invalid escape sequence: \1"),
        ("(", "missing )"),
        ("a{1001}", "invalid repetition size"),
        ("((a{100}){100}){100}", "invalid repetition size"),
        (r"\pL" * 50, "pattern too large"),
    ],
)
def test_what_is_refused(pattern: str, because: str) -> None:
    with pytest.raises(InvalidParameter) as refusal:
        check_pattern(pattern, ("fields", 0))
    assert refusal.value.field == "fields[0].pattern"
    assert '"pattern" must be a valid regular expression (RE2): ' in refusal.value.message
    assert because in refusal.value.message


@pytest.mark.parametrize("pattern", ["^(x+x+)+y$", "^(a|a)*$", "^(.*)*$", "(x{1,30}){1,30}y"])
def test_those_that_stop_other_engines_are_answered(pattern: str) -> None:
    text = "x" * 100_000 + "!"
    assert fits(pattern, text) is (pattern == "^(.*)*$")


def test_the_text_of_test_mode_fits_where_one_is_known() -> None:
    for pattern in ("^[A-Z]{2}$", r"^[A-Z]{1,3}-[A-Z]{1,2} \d{1,4}$", r"\d+", "^red$|^green$", UNSET):
        assert fits(pattern, example(pattern, "test response"))
    assert example("t r", "test response") == "test response"
    assert example("^[A-Z]{2}$", "test response") == "AA"
    assert example("^[A-Z]", "test response") == "Test response"
    assert example("^[0-9]+$", "test response", least=4) == "0000"


def test_a_task_has_not_too_many() -> None:
    def questions(count: int) -> dict[str, AttributeDefinition]:
        return {
            f"q{i}": AttributeDefinition(description="?", type="text", pattern=f"^{i}$") for i in range(count)
        }

    check_definitions(questions(MAX_COUNT), ("annotation_attributes",), ())
    with pytest.raises(InvalidParameter, match="64 patterns") as refusal:
        check_definitions(questions(MAX_COUNT + 1), ("annotation_attributes",), ())
    assert refusal.value.field == "annotation_attributes"


def test_only_texts_have_one() -> None:
    number = {"n": AttributeDefinition(description="?", type="number", pattern="1")}
    with pytest.raises(InvalidParameter) as refusal:
        check_definitions(number, ("annotation_attributes",), ())
    assert refusal.value.field == "annotation_attributes.n.pattern"
