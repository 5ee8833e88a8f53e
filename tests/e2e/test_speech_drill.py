"""The drill of `benchmarks/speech_drill.py` in short: real calls, and everything about speech that can go wrong."""

import pytest

from benchmarks.speech_drill import main

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(500)]


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("--only", "kills,strangers", "--kills", "1", "--callers", "1", "--idle", "60"), id="in calls"),
        pytest.param(("--only", "phrases,models", "--phrases", "600", "--damages", "wrong dimensions"), id="files"),
    ],
)
def test_every_call_goes_on(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    code = main(arguments)
    told = capsys.readouterr()
    assert code == 0, told.out + told.err
