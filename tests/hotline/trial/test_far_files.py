import re

from hotline.trial.far_files import MODULES, FarPlan, far_files

PLAN = FarPlan("127.0.0.1:5160", "127.0.0.2", "127.0.0.5", 5070, 5071, "secret", 5072, (26000, 29999))


def test_phones_come_from_another_address_than_callers() -> None:
    pjsip = far_files(PLAN, {"8001": "pw"})["pjsip.conf"]
    assert "bind = 127.0.0.2:5070" in pjsip
    assert "bind = 127.0.0.5:5070" in pjsip
    assert "password = pw" in pjsip
    assert "client_uri = sip:8001@127.0.0.1:5160" in pjsip


def test_the_manager_listens_on_this_machine_only() -> None:
    manager = far_files(PLAN, {})["manager.conf"]
    assert "bindaddr = 127.0.0.1" in manager
    assert "port = 5071" in manager


def test_every_application_of_the_dialplan_is_loaded() -> None:
    extensions = far_files(PLAN, {})["extensions.conf"]
    used = {name.lower() for name in re.findall(r"(?:,1|n),(\w+)\(", extensions)}
    loaded = {module.removeprefix("app_").removesuffix(".so") for module in MODULES}
    core = {"ringing", "wait", "hangup", "answer"}
    assert used - core <= loaded
    assert "{" not in re.sub(r"\$\{[^}]*\}", "", extensions)


def test_secrets_do_not_show() -> None:
    assert "secret" not in repr(PLAN)
