"""The examples in the docstrings of the library run and give what they say."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest

from clausegraph import library
from clausegraph.library import graph, result


@pytest.mark.parametrize("module", [library, graph, result])
def test_examples_give_what_they_say(module: ModuleType) -> None:
    done = doctest.testmod(module)
    assert done.attempted
    assert not done.failed
