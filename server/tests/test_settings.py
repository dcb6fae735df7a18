"""Settings from the environment and the command line."""

from pathlib import Path

import pytest

from labelwright.settings import MEGABYTE, Settings, load, unknown


def test_defaults() -> None:
    assert load({}) == Settings()
    assert (Settings().file_limit, Settings().metadata_limit) == (80 * MEGABYTE, 10 * 1024)


def test_from_the_environment() -> None:
    found = load(
        {
            "LABELWRIGHT_DATA": "/srv/data",
            "LABELWRIGHT_PORT": "9000",
            "LABELWRIGHT_SECURE_COOKIES": "true",
            "LABELWRIGHT_CALLBACK_TIMEOUT": "2.5",
            "LABELWRIGHT_ALLOW_HOSTS": "hooks.lan, 10.0.0.0/8",
            "LABELWRIGHT_NONSENSE": "x",
            "PORT": "1",
        }
    )
    assert found.data == Path("/srv/data")
    assert (found.port, found.secure_cookies, found.callback_timeout) == (9000, True, 2.5)


def test_the_command_line_wins() -> None:
    environ = {"LABELWRIGHT_PORT": "9000", "LABELWRIGHT_DATABASE_URL": "postgresql://x"}
    assert load(environ, port=9001).port == 9001
    assert load(environ, port=None).port == 9000
    # An explicit empty value is a value.
    assert load(environ, database_url="").database_url == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [("port", "many"), ("secure_cookies", "perhaps"), ("callback_timeout", "soon"), ("file_limit", "80MB")],
)
def test_a_wrong_value_is_named(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        load({f"LABELWRIGHT_{name.upper()}": value})


@pytest.mark.parametrize(
    ("host", "public_url", "allow_hosts", "expected"),
    [
        ("127.0.0.1", "", "", ("127.0.0.0/8", "::1/128")),
        ("localhost", "", "hooks.lan", ("hooks.lan", "127.0.0.0/8", "::1/128")),
        ("127.0.0.1", "http://localhost:9000/", "", ("127.0.0.0/8", "::1/128")),
        ("127.0.0.1", "http://[::1]:9000", "", ("127.0.0.0/8", "::1/128")),
        ("127.0.0.1", "https://labels.example", "", ()),
        ("127.0.0.1", "https://localhost.example/", "127.0.0.1", ("127.0.0.1",)),
        ("::1", "labels.example", "", ()),
        ("0.0.0.0", "", "", ()),
        ("0.0.0.0", "http://127.0.0.1", "", ()),
        ("0.0.0.0", "", " hooks.lan ,, 10.0.0.0/8", ("hooks.lan", "10.0.0.0/8")),
    ],
)
def test_whom_callbacks_may_reach(
    host: str, public_url: str, allow_hosts: str, expected: tuple[str, ...]
) -> None:
    """Loopback is allowed only while only loopback reaches this server."""
    settings = Settings(host=host, public_url=public_url, allow_hosts=allow_hosts)
    assert settings.allowed_hosts == expected


def test_passwords_are_not_shown() -> None:
    settings = Settings(database_url="postgresql://jo:geheim@db", mail_url="smtp://jo:geheim@mail")
    assert "geheim" not in repr(settings)
    assert "port=8000" in repr(settings)


@pytest.mark.parametrize(
    "url",
    [
        "labels.example",
        "ftp://labels.example",
        "https://",
        "https://a..b",
        "https://me:secret@labels.example",
    ],
)
def test_f15_a_public_address_that_cannot_be_used(url: str) -> None:
    with pytest.raises(ValueError, match="bad setting: public_url") as caught:
        load({"LABELWRIGHT_PUBLIC_URL": url})
    assert "secret" not in str(caught.value)


def test_f15_the_public_address_is_written_in_ascii() -> None:
    assert (
        load({}, public_url="https://büro.example/labels/").base_url == "https://xn--bro-hoa.example/labels"
    )
    assert load({}, public_url="https://Labels.example/").base_url == "https://Labels.example"


@pytest.mark.parametrize(
    ("name", "value"), [("port", "many"), ("secure_cookies", "perhaps"), ("model_timeout", "1s")]
)
def test_a_value_of_the_wrong_type_names_the_setting_and_its_variable(name: str, value: str) -> None:
    variable = f"LABELWRIGHT_{name.upper()}"
    with pytest.raises(ValueError, match=rf"bad setting: {name} \({variable}\): expected") as caught:
        load({variable: value})
    assert value not in str(caught.value)


def test_a_misspelt_variable_is_named() -> None:
    environ = {"LABELWRIGHT_PORT": "1", "LABELWRIGHT_PUBLIC_ULR": "x", "LABELWRIGHT_A": "", "HOME": "/"}
    assert unknown(environ) == ("LABELWRIGHT_A", "LABELWRIGHT_PUBLIC_ULR")
