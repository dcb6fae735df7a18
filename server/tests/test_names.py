"""Names and addresses that mail and pages can show."""

import pytest

from labelwright import names


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (" Lee@Example.ORG ", "lee@example.org"),
        ("o'neil+tag@x.example", "o'neil+tag@x.example"),
        ("a.b-c_d@sub.x-y.example", "a.b-c_d@sub.x-y.example"),
        ("a@localhost", "a@localhost"),
        ("a@münchen.example", "a@xn--mnchen-3ya.example"),
        ("a@XN--MNCHEN-3YA.example", "a@xn--mnchen-3ya.example"),
    ],
)
def test_f34_one_address(text: str, kept: str) -> None:
    assert names.email(text) == kept
    assert names.email(kept) == kept


@pytest.mark.parametrize(
    "text",
    [
        "", "nobody", "@x.example", "a@", "a@b@c", "a,b@x.org", "a@x.org,b@y.org", "a@x.org, b@y.org", "a;b@x.org",
        "Lee <lee@x.org>", "<lee@x.org>", "lee@x.org\nbcc: b@y.org", "lee\r\n@x.org", "lee@x.org\x00", "l\x7fe@x.org",
        "a b@x.org", '"a b"@x.org', "a(b)@x.org", ".a@x.org", "a.@x.org", "a..b@x.org", "a@x..org", "a@.org",
        "a@-x.org",
        "a@x-.org", "a@[127.0.0.1]", "a@x_y.org", "a@x.org.", "a@x.org:25", "\u202ea@x.org", "a\u200b@x.org",
        "a" * 65 + "@x.org", "a@" + "b" * 64 + ".org", "a@" + "b." * 130 + "org", "jörg@x.org",
    ],
)  # fmt: skip
def test_f34_not_one_address(text: str) -> None:
    assert names.email(text) is None


def test_f34_names_that_can_be_shown() -> None:
    for name in ("Lee", "Ana María", "李雷", "علي", "O'Neil-Smith 3rd", "👩‍🔬 Mia"):
        assert names.is_printable(name)
        assert names.one_line(name) == name
    for name in (
        "a\r\nBcc: x",
        "a\nb",
        "a\x00b",
        "a\tb",
        "a\x85b",
        "a\u2028b",
        "\u202eeel",
        "a\u2066b",
        "a\u200fb",
    ):
        assert not names.is_printable(name)
        assert names.is_printable(names.one_line(name))
