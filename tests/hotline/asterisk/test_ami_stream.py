"""However the bytes are cut, the same messages come; and nothing fills the memory."""

import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.asterisk.ami_message import AmiMessage
from hotline.asterisk.ami_stream import MAX_BANNER_BYTES, MAX_LINE_BYTES, MAX_MESSAGE_BYTES, AmiStream
from tests.hotline.asterisk.ami_peer import BANNER, FIXTURES, server_bytes

RECORDED = sorted(path.stem for path in FIXTURES.glob("*.txt"))


def read(data: bytes, wanted: set[str] | None = None) -> list[AmiMessage]:
    stream = AmiStream(wanted)
    messages = stream.feed(data)
    assert stream.broken == ""
    return messages


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    ends = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[begin:end] for begin, end in itertools.pairwise(ends)]


def test_a_recorded_call() -> None:
    messages = read(server_bytes("async_agi"))
    assert [message.name or message.response for message in messages] == [
        *("Success", "FullyBooted", "Success", "Newchannel", "AsyncAGIStart"),
        *("Success", "Newstate", "AsyncAGIExec", "Success", "AsyncAGIExec", "Success", "AsyncAGIExec"),
        *("Success", "AsyncAGIEnd", "SoftHangupRequest", "Hangup"),
    ]
    arrival, answer = messages[4], messages[9]
    assert arrival.required("CallerIDName") == "张三丰"
    assert "agi_calleridname: 张三丰\n" in arrival.unquoted("Env")
    assert (answer.required("CommandID"), answer.unquoted("Result")) == ("cmd-2", "200 result=1 (张三丰)\n")


def test_names_with_quotes_and_line_breaks_come_through_and_forge_nothing() -> None:
    messages = read(server_bytes("core_show_channels"))
    names = {message.unescaped("CallerIDName") for message in messages if message.name == "CoreShowChannel"}
    assert names >= {"张三丰", "x\r\nEvent: Forged\r\n\r\nEvent: Forged2\r\nA: b", 'a\\"b\\\\c', "张" * 26}
    assert not {message.name for message in messages} & {"Forged", "Forged2"}


@pytest.mark.parametrize("name", RECORDED)
@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 64, 1000])
def test_pieces_of_any_one_size(name: str, size: int) -> None:
    data = server_bytes(name)
    stream = AmiStream()
    got = [message for at in range(0, len(data), size) for message in stream.feed(data[at : at + size])]
    assert got == read(data)
    assert (stream.broken, stream.garbage, stream.version) == ("", 0, "11.0.0")


def test_a_chinese_name_cut_at_every_byte() -> None:
    event = "Event: X\r\nCallerIDName: 张三丰\r\nConnectedLineName: 欠款查询\r\n\r\n".encode()
    whole = read(BANNER + event)
    assert whole[0].required("CallerIDName") == "张三丰"
    for cut in range(len(event) + 1):
        stream = AmiStream()
        assert stream.feed(BANNER + event[:cut]) + stream.feed(event[cut:]) == whole


@given(st.sampled_from(RECORDED), st.lists(st.integers(min_value=0, max_value=20_000), max_size=30))
@settings(deadline=None)
def test_pieces_of_any_sizes(name: str, cuts: list[int]) -> None:
    data = server_bytes(name)
    stream = AmiStream()
    assert [message for piece in pieces(data, cuts) for message in stream.feed(piece)] == read(data)


SHARDS = [
    b"\r\n",
    b"\r",
    b"\n",
    b"\r\n\r\n",
    b"Event: X\r\n",
    b"Response: Success\r\n",
    b"ActionID: 1\r\n",
    b": \r\n",
    b"\xff",
]


@given(st.lists(st.sampled_from(SHARDS) | st.binary(max_size=20)), st.lists(st.integers(min_value=0), max_size=10))
@settings(deadline=None)
def test_any_bytes_in_any_pieces_never_crash_and_mean_the_same(shards: list[bytes], cuts: list[int]) -> None:
    for data in (BANNER + b"".join(shards), b"".join(shards)):
        whole, cut = AmiStream(), AmiStream()
        messages = whole.feed(data)
        assert [message for piece in pieces(data, cuts) for message in cut.feed(piece)] == messages
        assert (cut.broken, cut.garbage, cut.version) == (whole.broken, whole.garbage, whole.version)


def test_garbage_is_counted_and_the_next_message_is_found() -> None:
    stream = AmiStream()
    good = b"Event: Good\r\nA: b\r\n\r\n"
    rubbish = [b"no colon\r\n\r\n", b"\x00\xff\xfe binary \r\r\n\r\n", b"A: b\r\n\r\n", b"\r\n\r\n", b"Event:\r\n\r\n"]
    messages = stream.feed(BANNER + b"".join(bad + good for bad in rubbish))
    assert [message.name for message in messages] == ["Good"] * len(rubbish)
    assert stream.garbage == 4  # blank lines alone are no message


def test_blank_lines_too_many_are_no_matter() -> None:
    data = BANNER + b"\r\n\r\n\r\nEvent: A\r\n\r\n\r\n\r\n\r\n\r\nEvent: B\r\n\r\n"
    assert [message.name for message in read(data)] == ["A", "B"]
    assert [message.name for message in read(data, {"B"})] == ["A", "B"]  # not at its very start: parsed to be sure


# ---- only what is wanted ---------------------------------------------------------------------------


def test_unwanted_events_are_dropped_unparsed_and_responses_never() -> None:
    everything = read(server_bytes("async_agi"))
    wanted = {"AsyncAGIExec", "Hangup"}
    assert read(server_bytes("async_agi"), wanted) == [
        message for message in everything if message.response or message.name in wanted
    ]


def test_a_name_that_only_begins_like_a_wanted_one_is_another() -> None:
    data = BANNER + b"Event: HangupRequest\r\nA: b\r\n\r\nEvent: Hang\r\n\r\nEvent: Hangup\r\n\r\n"
    assert [message.name for message in read(data, {"Hangup"})] == ["Hangup"]


def test_while_a_list_is_awaited_its_items_are_kept() -> None:
    stream = AmiStream(set())
    stream.feed(BANNER)
    data = b"Event: CoreShowChannel\r\nActionID: 1\r\n\r\nEvent: Newchannel\r\nExten: ActionID: 1\r\n\r\n"
    assert stream.feed(data) == []
    stream.listing = True
    assert [message.name for message in stream.feed(data)] == ["CoreShowChannel"]


# ---- the greeting ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "greeting", [b"HTTP/1.1 400 Bad Request\r\n", b"\r\n", b"SSH-2.0-x\r\n", b"Asterisk Call Mangler\r\n", b"\0"]
)
def test_who_does_not_greet_as_a_manager_is_none(greeting: bytes) -> None:
    for data in ([greeting], [greeting[at : at + 1] for at in range(len(greeting))]):
        stream = AmiStream()
        assert [stream.feed(piece) for piece in data] == [[]] * len(data)
        assert "not an Asterisk manager" in stream.broken
        assert stream.version == ""
        assert stream.feed(b"Event: A\r\n\r\n") == []


def test_a_greeting_without_end() -> None:
    endless = BANNER[:-2] + b"1" * MAX_BANNER_BYTES
    stream = AmiStream()
    stream.feed(endless)
    assert "greeting longer than" in stream.broken
    just = AmiStream()
    just.feed(endless[:MAX_BANNER_BYTES])
    assert just.broken == ""
    assert just.feed(b"\r\nEvent: A\r\n\r\n")[0].name == "A"


def test_a_greeting_without_a_version() -> None:
    stream = AmiStream()
    stream.feed(b"Asterisk Call Manager/\r\n")
    assert stream.version == "unknown"


# ---- floods ----------------------------------------------------------------------------------------

GOOD = b"Event: Good\r\n\r\n"
LONG_LINE = b"Event: X\r\nA: " + b"x" * (MAX_LINE_BYTES - 3)
LONG_MESSAGE = b"Event: X" + b"\r\nA: " * ((MAX_MESSAGE_BYTES - 8) // 5)
LONG_MESSAGE += b"x" * (MAX_MESSAGE_BYTES - len(LONG_MESSAGE))


@pytest.mark.parametrize(
    ("longest", "complaint"), [(LONG_LINE, "line longer than"), (LONG_MESSAGE, "message longer than")]
)
@pytest.mark.parametrize("cut_every", [1000, 262_144, 10_000_000])
def test_the_longest_passes_and_one_byte_more_does_not(longest: bytes, complaint: str, cut_every: int) -> None:
    for data, sound in ((longest, True), (longest + b"x", False)):
        stream = AmiStream()
        stream.feed(BANNER)
        sent = GOOD + data + b"\r\n\r\n" + GOOD
        got = [message for at in range(0, len(sent), cut_every) for message in stream.feed(sent[at : at + cut_every])]
        assert [message.name for message in got] == (["Good", "X", "Good"] if sound else ["Good"])
        assert stream.broken.startswith("" if sound else complaint)
        assert bool(stream.broken) is not sound


@pytest.mark.parametrize("endless", [b"x" * 1000, b"A: b\r\n" * 100])
def test_a_message_without_end_is_given_up_and_forgotten(endless: bytes) -> None:
    stream = AmiStream()
    stream.feed(BANNER + b"Event: X\r\n")
    fed = 0
    while not stream.broken:
        stream.feed(endless)
        fed += len(endless)
        assert fed < MAX_MESSAGE_BYTES + 2000
    assert len(stream._rest) == 0


def test_a_long_message_in_small_pieces_takes_linear_time() -> None:
    def seconds(length: int) -> float:
        stream = AmiStream()
        stream.feed(BANNER)
        data = (b"Event: X\r\n" + b"A: b\r\n" * (length // 6)) + b"\r\n"
        began = time.perf_counter()
        got = [message for at in range(0, len(data), 16) for message in stream.feed(data[at : at + 16])]
        assert len(got) == 1
        return time.perf_counter() - began

    small, large = min(seconds(50_000) for _ in range(3)), min(seconds(800_000) for _ in range(3))
    assert large < small * 16 * 4  # squared would be 256
