"""Holds for every test: the order of the files, generous Hypothesis, and logging as it was before."""

import os
import signal
from collections.abc import Iterator

import hypothesis
import pytest
import structlog

hypothesis.settings.register_profile(
    "here",
    derandomize=True,  # the same examples each time: `make test` says what was changed, not what the dice found
    deadline=None,  # a busy machine is slow now and then; pytest's own time-out bounds the whole test
    suppress_health_check=[hypothesis.HealthCheck.too_slow],  # the same
)
hypothesis.settings.register_profile(
    "thorough", hypothesis.settings.get_profile("here"), max_examples=2_000, derandomize=False
)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "here"))


@pytest.hookimpl(trylast=True)  # after the shuffling
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The end-to-end tests first: they mostly wait, and the other workers calculate in the meantime."""
    items.sort(key=lambda item: item.get_closest_marker("e2e") is None)


def pytest_configure() -> None:
    """Ctrl-C means something to the processes the tests start, also where they run in the background of a script."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _plain_logs() -> Iterator[None]:
    """Commands that are started in this process configure the logs; the next test begins anew."""
    yield
    structlog.reset_defaults()
