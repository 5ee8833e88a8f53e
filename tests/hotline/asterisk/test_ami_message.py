"""Messages in, actions out: what may pass, what may not, and that nothing personal shows."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.asterisk.ami_message import Action, AmiMessage, HeaderError, _parse_oddities, parse_message
from telephony.errors import LinkError


def parsed(text: str) -> AmiMessage:
    message = parse_message(text.encode())
    assert message is not None
    return message


ARRIVAL = parsed(
    "Event: AsyncAGIStart\r\nChannel: PJSIP/trunk-1\r\nCallerIDName: 张\\\"三\\'\\\\丰\\r\\n\\?\r\n"
    "ChanVariable: A=1\r\nChanVariable: B=2\r\nChanVariable: C=3\r\nAccountCode: \r\nAppData:  two  spaces\r\n"
    "Env: agi_request%3A%20async%0Aagi_calleridname%3A%20%E5%BC%A0%0A\r\nLine without colon\r\nUrl: a:b: c"
)


def test_headers_are_found_whatever_their_case() -> None:
    assert ARRIVAL.name == "AsyncAGIStart"
    assert ARRIVAL.response == ""
    assert ARRIVAL.required("channel") == ARRIVAL.required("CHANNEL") == "PJSIP/trunk-1"
    assert parsed("event: X\r\nCommandID: 7").required("CommandId") == "7"


def test_one_space_belongs_to_the_colon_and_all_others_to_the_value() -> None:
    assert ARRIVAL.required("AppData") == " two  spaces"
    assert ARRIVAL.required("Url") == "a:b: c"
    assert parsed("Event: X\r\nA:b").required("A") == "b"


def test_an_empty_header_is_there_and_a_missing_one_is_an_error() -> None:
    assert ARRIVAL.required("AccountCode") == ""
    assert ARRIVAL.optional("AccountCode", "none") == ""
    assert ARRIVAL.optional("Nothing") == ""
    assert ARRIVAL.optional("Nothing", "none") == "none"
    with pytest.raises(HeaderError, match=r"^event AsyncAGIStart: Uniqueid is missing$") as caught:
        ARRIVAL.required("Uniqueid")
    assert isinstance(caught.value, LinkError)
    assert not caught.value.retryable


def test_repeated_headers_are_all_kept_and_never_one_taken_for_the_other() -> None:
    assert ARRIVAL.all("ChanVariable") == ("A=1", "B=2", "C=3")
    assert ARRIVAL.all("channel") == ("PJSIP/trunk-1",)
    assert ARRIVAL.all("Nothing") == ()
    forged = parsed("Event: Hangup\r\nUniqueid: 1.1\r\nUniqueid: 2.2")
    with pytest.raises(HeaderError, match="Uniqueid appears more than once"):
        forged.required("Uniqueid")
    with pytest.raises(HeaderError, match="Uniqueid appears more than once"):
        forged.optional("Uniqueid")


def test_a_second_event_line_does_not_rename_the_event() -> None:
    assert parsed("Event: Newexten\r\nAppData: x\r\nEvent: Forged\r\nResponse: Success").name == "Newexten"
    assert parsed("Response: Success\r\nEvent: Forged").name == ""


def test_what_asterisk_encodes_is_decoded_without_loss() -> None:
    assert ARRIVAL.unescaped("CallerIDName") == "张\"三'\\丰\r\n?"
    assert ARRIVAL.unquoted("Env") == "agi_request: async\nagi_calleridname: 张\n"


def test_a_response_names_itself_in_errors() -> None:
    with pytest.raises(HeaderError, match=r"^response Success: Message is missing$"):
        parsed("Response: Success").required("Message")


def test_a_torn_rest_before_the_event_is_passed_over() -> None:
    assert parsed("Exten: 5\r\nno colon\r\n\r\nEvent: Hangup\r\nCause: 16").headers == {
        "event": "Hangup",
        "cause": "16",
    }


@pytest.mark.parametrize(
    "raw", [b"", b"\r\n", b"no colon", b"A: b\r\nC: d", b"Event:", b"Event: \r\nA: b", b"\xff\xfe\0"]
)
def test_neither_event_nor_response_is_nothing(raw: bytes) -> None:
    assert parse_message(raw) is None


def test_a_name_cut_inside_a_character_keeps_the_rest() -> None:
    raw = "Event: X\r\nCallerIDName: 张三".encode()[:-1] + b"\r\nUniqueid: 1.1"
    message = parse_message(raw)
    assert message is not None
    assert message.required("CallerIDName") == "张\N{REPLACEMENT CHARACTER}"
    assert message.required("Uniqueid") == "1.1"


def test_messages_do_not_change_and_do_not_show_what_they_hold() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        ARRIVAL.name = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        ARRIVAL.headers["event"] = "other"  # type: ignore[index]
    assert "张" not in repr(ARRIVAL)
    assert "AsyncAGIStart" in repr(ARRIVAL)


@given(st.binary(max_size=2000))
def test_any_bytes_are_a_message_or_nothing(raw: bytes) -> None:
    message = parse_message(b"Event: X\r\n" + raw)
    assert message is not None
    assert message.name
    parse_message(raw)


LINES = [
    "Event: X",
    "Response: Y",
    "A: 1",
    "a: 2",
    "B:3",
    "C:d: 4",
    "E:  5",
    "no colon",
    "F: ",
    "G:",
    ": H",
    "",
    "Event: Z",
]


@given(st.lists(st.sampled_from(LINES), max_size=8))
def test_the_quick_way_and_the_careful_way_agree(lines: list[str]) -> None:
    assert parse_message("\r\n".join(lines).encode()) == _parse_oddities(lines)


def test_an_action_on_the_wire() -> None:
    action = Action("Originate", (("Channel", "PJSIP/8001"), ("Variable", "A=张三丰"), ("Variable", "B=2")))
    lines = [
        "Action: Originate",
        "ActionID: id-1",
        "Channel: PJSIP/8001",
        "Variable: A=张三丰",
        "Variable: B=2",
        "",
        "",
    ]
    assert action.to_bytes("id-1") == "\r\n".join(lines).encode()
    assert action.action_id == ""
    assert Action("Ping").to_bytes("7") == b"Action: Ping\r\nActionID: 7\r\n\r\n"


def test_an_action_id_of_the_authors_own_is_sent_once() -> None:
    action = Action("Ping", (("actionid", "mine"),))
    assert action.action_id == "mine"
    assert action.to_bytes("mine") == b"Action: Ping\r\nActionID: mine\r\n\r\n"


INJECTION = "x\r\n\r\nAction: Command\r\nCommand: core stop now\r\n"


@pytest.mark.parametrize("value", [INJECTION, "a\rb", "a\nb", "a\0b", "\n", "b\r"])
def test_nothing_is_smuggled_in(value: str) -> None:
    with pytest.raises(ValueError, match="lines of its own") as caught:
        Action("Setvar", (("Variable", "NAME"), ("Value", value)))
    assert value not in str(caught.value)
    with pytest.raises(ValueError, match="lines of its own"):
        Action(value)
    with pytest.raises(ValueError, match="cannot be the name"):
        Action("Setvar", ((value, "x"),))
    with pytest.raises(ValueError, match="lines of its own"):
        Action("Ping").to_bytes(value)


@pytest.mark.parametrize("key", ["", "A: b", "A:"])
def test_a_header_needs_a_name(key: str) -> None:
    with pytest.raises(ValueError, match="cannot be the name"):
        Action("Setvar", ((key, "x"),))


def test_quotes_commas_and_percent_signs_are_a_callers_good_right() -> None:
    value = "\"'\\,;%0D%0A${EVIL}<>:= 张"
    assert f"Value: {value}\r\n".encode() in Action("Setvar", (("Value", value),)).to_bytes("1")


def test_lines_asterisk_would_refuse_are_not_sent() -> None:
    Action("Setvar", (("Value", "x" * 993),))
    for too_long in ("x" * 994, "张" * 332):
        with pytest.raises(ValueError, match="longer than 1000 bytes"):
            Action("Setvar", (("Value", too_long),))
    Action("Originate", tuple(("Variable", f"a{number}=1") for number in range(126)))
    with pytest.raises(ValueError, match="more than 128 lines"):
        Action("Originate", tuple(("Variable", f"a{number}=1") for number in range(127)))


def test_an_action_does_not_show_its_values() -> None:
    assert repr(Action("Login", (("Username", "a"), ("Secret", "horse")))) == "<Action Login: Username, Secret>"


@given(st.lists(st.tuples(st.text(min_size=1, max_size=20), st.text(max_size=50)), max_size=10))
def test_an_action_is_one_message_or_an_error(fields: list[tuple[str, str]]) -> None:
    try:
        wire = Action("Setvar", tuple(fields)).to_bytes("1")
    except ValueError:
        return
    assert wire.count(b"\r\n\r\n") == 1
    assert wire.endswith(b"\r\n\r\n")
    own = sum(key.lower() == "actionid" for key, _ in fields)
    assert wire.count(b"\n") == wire.count(b"\r") == len(fields) - own + 3
