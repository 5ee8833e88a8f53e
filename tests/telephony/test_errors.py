"""Errors say where, in which order, and whether trying again may help."""

import pytest

from telephony.errors import ConfigError, LinkError, Problem, ProvisionError, RecognizerError, StoreError, WorldError


def test_a_problem_reads_as_editors_expect_it() -> None:
    assert str(Problem("menus.yaml", 42, 9, "choice 3: goes nowhere")) == "menus.yaml:42:9: choice 3: goes nowhere"


def test_all_problems_of_a_file_are_told_at_once_from_its_top() -> None:
    error = ConfigError([Problem("m.yaml", 10, 1, "b"), Problem("m.yaml", 9, 5, "a"), Problem("a.yaml", 99, 1, "c")])
    assert str(error).splitlines() == ["a.yaml:99:1: c", "m.yaml:9:5: a", "m.yaml:10:1: b"]
    assert [problem.line for problem in error.problems] == [99, 9, 10]


@pytest.mark.parametrize("kind", [WorldError, LinkError, StoreError, ProvisionError, RecognizerError])
@pytest.mark.parametrize("retryable", [True, False])
def test_the_worlds_errors_know_whether_another_try_may_help(kind: type[WorldError], *, retryable: bool) -> None:
    error = kind("the disk is full", retryable=retryable)
    assert isinstance(error, WorldError)
    assert (str(error), error.retryable) == ("the disk is full", retryable)
