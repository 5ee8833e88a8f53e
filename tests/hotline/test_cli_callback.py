"""`hotline callback`: what is shown, and what is asked of the engine."""

import pytest
from typer.testing import CliRunner

from hotline.cli_callback import app
from hotline.settings import Settings
from tests.hotline.board_play import playing

runner = CliRunner()

ONE = {
    "id": "callback-b1-1763772471", "number": "138****8000", "queue": "loan", "state": "waiting", "tries": 1,
    "waited_s": 61.0, "expires_in_s": 3600.0,
}  # fmt: skip


def test_the_list_shows_masked_numbers(own_settings: Settings) -> None:
    with playing(own_settings.control_socket) as played:
        played.answers[""] = {"callbacks": [ONE]}
        result = runner.invoke(app, ["list"])
    assert result.exit_code == 0
    assert "138****8000" in result.output
    assert "等待" in result.output


def test_an_empty_list_says_so(own_settings: Settings) -> None:
    with playing(own_settings.control_socket) as played:
        played.answers[""] = {"callbacks": []}
        assert runner.invoke(app, ["list"]).output == "当前没有待回电的客户\n"


@pytest.mark.parametrize(("granted", "shown"), [(True, "x 已取消"), (False, "x 不在列表中，或正在呼叫")])
def test_one_is_cancelled(own_settings: Settings, granted: bool, shown: str) -> None:
    with playing(own_settings.control_socket) as played:
        played.answers["x"] = {"granted": granted}
        result = runner.invoke(app, ["cancel", "x"])
    assert (result.output, result.exit_code) == (shown + "\n", 0 if granted else 1)
