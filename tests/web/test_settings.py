"""The table of settings: complete, and read alike by flags and environment."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clausegraph.cli.program import create_cli
from clausegraph.errors import UsageError
from clausegraph.settings import SETTINGS, Settings


def test_the_table_and_the_settings_agree() -> None:
    """One row a field, with the same default."""
    assert {item.name: item.default for item in SETTINGS} == {
        item.name: item.default for item in fields(Settings)
    }


def test_every_setting_is_a_flag_with_its_help_and_its_variable() -> None:
    """The command line reads the table."""
    result = CliRunner().invoke(create_cli(), ["serve", "--help"], terminal_width=200)
    text = " ".join(result.output.split())
    for item in SETTINGS:
        assert item.flag in text
        assert item.variable in text


def test_a_flag_wins_over_the_environment_and_that_over_the_default() -> None:
    """The order in which a value is looked for."""
    environment = {"CLAUSEGRAPH_PORT": "81", "CLAUSEGRAPH_TIMEOUT": "2.5", "PORT": "7"}
    settings = Settings.read(environment, {"port": "82", "timeout": None})
    assert settings.port == 82
    assert settings.timeout == 2.5
    assert settings.host == "127.0.0.1"


def test_several_paths_are_separated_by_colons() -> None:
    """A variable holds a list as PATH does."""
    settings = Settings.read({"CLAUSEGRAPH_DATA": "a:b/c.ttl"}, {})
    assert settings.data == (Path("a"), Path("b/c.ttl"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "-1"),
        ("PORT", "65536"),
        ("PORT", "http"),
        ("TIMEOUT", "0"),
        ("TIMEOUT", "120.1"),
        ("TIMEOUT", "nan"),
        ("WORKERS", "0"),
        ("WORKERS", "1e3"),
        ("HOST", " "),
    ],
)
def test_a_value_that_cannot_be_used_names_its_origin(name: str, value: str) -> None:
    """The message says which variable holds the bad value."""
    with pytest.raises(UsageError, match=f"CLAUSEGRAPH_{name}"):
        Settings.read({f"CLAUSEGRAPH_{name}": value}, {})
