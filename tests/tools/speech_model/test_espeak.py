import subprocess
import sys
from pathlib import Path

from tools.speech_model.espeak import data_folder, syllable_times


def test_a_syllable_runs_from_mark_to_mark_and_its_closure_belongs_to_it() -> None:
    events = [(0.039, "th"), (0.084, "'i"), (0.222, "_|"), (0.260, "tS;h"), (0.368, "'iE"), (0.490, "n"), (0.577, "_|")]
    assert syllable_times(events) == [(0.039, 0.084, 0.222), (0.222, 0.368, 0.577)]


def test_a_pause_belongs_to_nobody() -> None:
    events = [
        (0.0, "k"),
        (0.1, "'ong"),
        (0.5, "_|"),
        (0.5, "_:"),
        (0.7, "h"),
        (0.8, "'i"),
        (0.9, "_|"),
        (0.9, "_:"),
        (0.9, "_"),
    ]
    assert syllable_times(events) == [(0.0, 0.1, 0.5), (0.7, 0.8, 0.9)]


def test_a_single_phoneme_is_cut_where_an_initial_would_end() -> None:
    assert syllable_times([(1.0, "'o"), (1.2, "_|")]) == [(1.0, 1.07, 1.2)]


def test_marks_of_other_languages_are_no_phonemes() -> None:
    assert syllable_times([(0.0, "(en)"), (0.0, "n"), (0.1, "u:"), (0.2, "(cmn)"), (0.2, "_|")]) == [(0.0, 0.1, 0.2)]


def test_the_voices_are_espeak_s_own_and_ours(tmp_path: Path) -> None:
    for _ in range(2):
        folder = data_folder(tmp_path, [("own0", "language variant\nname own0\n")])
    variants = folder / "voices" / "!v"
    assert (variants / "f3").is_symlink()
    assert not (variants / "own0").is_symlink()
    assert (folder / "phondata").exists()
    assert (folder / "lang" / "sit").exists()
    assert not (folder / "lang" / "zle").exists()


SPEAK = """
import sys, zlib
from pathlib import Path
from tools.speech_model.espeak import Espeak
from tools.speech_model.voices import Voice
spoken = Espeak(Path(sys.argv[1]), int(sys.argv[2])).speak("huan2 kuan3", Voice("cmn-latn-pinyin+own0", 180, 50, 50))
print(len(spoken.sound), zlib.crc32(spoken.sound.tobytes()))
"""


def test_the_same_seed_breathes_the_same(tmp_path: Path) -> None:
    folder = data_folder(tmp_path, [("own0", "language variant\nname own0\nbreath 0 4 4 4 4 4 4 4\n")])

    def speak(seed: int) -> str:
        command = [sys.executable, "-c", SPEAK, str(folder), str(seed)]
        return subprocess.run(command, capture_output=True, check=True, text=True).stdout

    said = speak(1)
    assert int(said.split()[0]) > 0
    assert speak(1) == said
    assert speak(2) != said
