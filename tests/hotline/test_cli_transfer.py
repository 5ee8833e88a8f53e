"""`hotline transfer`: what is asked of the engine, and what the answer means."""

import pytest
from typer.testing import CliRunner

from hotline.cli_transfer import app
from hotline.settings import Settings
from tests.hotline.board_play import playing

runner = CliRunner()


def test_a_caller_is_passed_on(own_settings: Settings) -> None:
    with playing(own_settings.control_socket) as played:
        played.answers["1.1"] = {"granted": True, "explanation": ""}
        result = runner.invoke(app, ["1.1", "--to", "8002", "--consult"])
    assert played.asked == [{"call": "1.1", "to": "8002", "consult": True}]
    assert result.output == "1.1 正在转接到 8002\n"
    assert result.exit_code == 0


@pytest.mark.parametrize(("why", "shown"), [("no_talk", "此来电不在通话中"), ("new_reason", "new_reason")])
def test_a_refusal_is_explained(own_settings: Settings, why: str, shown: str) -> None:
    with playing(own_settings.control_socket) as played:
        played.answers["1.1"] = {"granted": False, "explanation": why}
        result = runner.invoke(app, ["1.1", "--to", "loan"])
    assert result.output == f"1.1 不能转接：{shown}\n"
    assert result.exit_code == 1
