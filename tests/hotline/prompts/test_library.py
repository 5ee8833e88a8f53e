import asyncio
import os
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from hotline.prompts import alaw
from hotline.prompts.library import PromptLibrary
from hotline.prompts.shaping import active_rms_db
from hotline.prompts.synthesis import Voice, voice_for
from telephony.errors import ProvisionError
from telephony.prompt import Prompt, Recording, Say

HELLO = Say("您好")


@pytest.fixture
def library(tmp_path: Path) -> PromptLibrary:
    return PromptLibrary(tmp_path / "prompts", tmp_path / "recordings", voice_for("zh-CN"))


def record(library: PromptLibrary, name: str, hertz: float = 600) -> Path:
    file = library.recordings_dir / name
    file.parent.mkdir(parents=True, exist_ok=True)
    tone = 8000 * np.sin(2 * np.pi * hertz * np.arange(16000) / 16000)
    with wave.open(str(file), "wb") as out:
        out.setparams((1, 2, 16000, 0, "NONE", ""))
        out.writeframes(tone.astype("<i2").tobytes())
    return file


def test_a_segment_is_rendered_once_and_then_found(library: PromptLibrary) -> None:
    seen: list[object] = []
    assert library.path_of(HELLO) is None
    assert library.missing([HELLO, HELLO]) == [HELLO]
    assert library.render([HELLO, HELLO], seen.append) == 1
    assert seen == [HELLO]
    assert library.render([HELLO]) == 0
    path = library.path_of(HELLO)
    assert path is not None
    assert not path.endswith(".alaw")
    assert Path(path + ".alaw") == library.file_of(HELLO)
    assert active_rms_db(alaw.read(library.file_of(HELLO))) == pytest.approx(-20, abs=0.7)


def test_another_library_on_the_same_folder_finds_it_and_another_voice_does_not(library: PromptLibrary) -> None:
    library.render([HELLO])
    assert PromptLibrary(library.prompts_dir, library.recordings_dir, library.voice).path_of(HELLO)
    slower = Voice("zh-CN", library.voice.name, 120, 75)
    assert PromptLibrary(library.prompts_dir, library.recordings_dir, slower).path_of(HELLO) is None


def test_a_recording_overrides_the_synthesiser_at_telephone_level(library: PromptLibrary) -> None:
    record(library, "hello.wav")
    segment = Recording("hello.wav", "您好")
    library.render([segment])
    sound = alaw.read(library.file_of(segment))
    assert sound.size / alaw.RATE == pytest.approx(1.08, abs=0.03)
    assert active_rms_db(sound) == pytest.approx(-20, abs=0.5)


def test_a_replaced_recording_is_converted_anew(library: PromptLibrary) -> None:
    segment = Recording("hello.wav", "您好")
    file = record(library, "hello.wav")
    library.render([segment])
    os.utime(file, ns=(1, 1))
    assert library.missing([segment]) == [segment]


def test_telephone_files_are_taken_as_they_are(library: PromptLibrary) -> None:
    library.recordings_dir.mkdir()
    (library.recordings_dir / "x.alaw").write_bytes(b"\x55" * 800)
    library.render([Recording("x.alaw")])
    assert library.file_of(Recording("x.alaw")).read_bytes() == b"\x55" * 800


def test_a_vanished_recording_is_spoken_instead(library: PromptLibrary) -> None:
    library.render([Recording("gone.wav", "您好"), HELLO])
    gone = library.file_of(Recording("gone.wav", "您好"))
    assert gone.read_bytes() == library.file_of(HELLO).read_bytes()


def test_a_damaged_recording_is_one_clear_line(library: PromptLibrary) -> None:
    library.recordings_dir.mkdir()
    (library.recordings_dir / "x.wav").write_bytes(b"ID3")
    with pytest.raises(ProvisionError, match=r"x\.wav: is not a WAV file$"):
        library.render([Recording("x.wav")])


def test_what_is_first_needed_in_a_call_is_rendered_off_the_loop(library: PromptLibrary) -> None:
    async def three_at_once() -> list[str]:
        return await asyncio.gather(*(library.ensure(Say("您前面还有77位")) for _ in range(3)))

    paths = asyncio.run(three_at_once())
    assert len(set(paths)) == 1
    assert Path(paths[0] + ".alaw").stat().st_size > 8000
    assert asyncio.run(library.ensure(Say("您前面还有77位"))) == paths[0]


def test_the_dialplans_prompts_have_names_it_knows(library: PromptLibrary) -> None:
    file = library.fix("emergency", Prompt((HELLO, Say("请稍后再拨。"))))
    assert file == library.prompts_dir / "fixed" / "emergency.alaw"
    assert file.read_bytes() == library.file_of(HELLO).read_bytes() + library.file_of(Say("请稍后再拨。")).read_bytes()


def test_our_music_gives_way_to_the_admins(library: PromptLibrary) -> None:
    (ours,) = library.render_music()
    assert ours.stat().st_size >= 30 * alaw.RATE
    assert library.render_music() == [ours]
    record(library, "moh/waltz.wav")
    (theirs,) = library.render_music()
    assert theirs == library.prompts_dir / "moh" / "waltz.alaw"
    assert list(theirs.parent.iterdir()) == [theirs]
    record(library, "moh/loan/march.wav")
    assert library.render_music() == [theirs, theirs.parent / "loan" / "march.alaw"]


def test_two_processes_at_once_leave_whole_files_only(library: PromptLibrary) -> None:
    code = (
        "import sys; from pathlib import Path; from hotline.prompts.library import PromptLibrary;"
        "from hotline.prompts.synthesis import voice_for; from telephony.prompt import Say;"
        "PromptLibrary(Path(sys.argv[1]), Path(sys.argv[1]), voice_for('zh')).render([Say(str(n)) for n in range(20)])"
    )
    both = [subprocess.Popen([sys.executable, "-c", code, str(library.prompts_dir)]) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    assert library.missing([Say(str(number)) for number in range(20)]) == []
    assert not list(library.prompts_dir.glob("*.part"))


def test_a_folder_that_can_not_be_written_is_one_clear_line(library: PromptLibrary) -> None:
    library.prompts_dir.write_text("a file where the folder should be")
    with pytest.raises(ProvisionError, match="prompts cannot be written"):
        library.render([HELLO])
