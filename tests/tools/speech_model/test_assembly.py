import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.prompts.alaw import decode, encode, encode_linear
from hotline.prompts.synthesis import VOICES, Synthesiser
from tools.speech_model.assembly import checksum, model_conf, word_boundaries
from tools.speech_model.lexicon import UNKNOWN, vocabulary
from tools.speech_model.phones import KALDI_PHONES

ROOT = Path(__file__).parents[3]
EMBEDDED = ROOT / "asr" / "models" / "embedded"

LISTEN = """
import json, sys
from collections.abc import Iterator
from pathlib import Path
from asr.decoding import Decoding
from asr.engines.vosk_engine import VoskRecognizer
from asr.vocabulary import fit
recognizer = VoskRecognizer(Path(sys.argv[1]))
decoding = Decoding(recognizer, fit(json.loads(sys.argv[2]), recognizer.knows), 8000)
decoding.add(sys.stdin.buffer.read())
heard = decoding.compare(decoding.finish())
print(json.dumps([recognizer.rate, recognizer.has_filler, heard.text, heard.likelihood_ratio]))
"""

PHRASES = ["提前还款", "还款方式", "审批进度", "修改手机号", "我要投诉", "转人工", "宠物医院夜间急诊"]


def test_every_phone_has_its_place_in_a_word() -> None:
    lines = word_boundaries().splitlines()
    assert lines[0] == "1 nonword"
    assert [int(line.split()[0]) for line in lines] == list(range(1, KALDI_PHONES + 1))
    assert lines[1:5] == ["2 begin", "3 end", "4 internal", "5 singleton"]


def test_the_search_is_told_how_much_the_sound_counts() -> None:
    assert "--acoustic-scale=0.9\n" in model_conf(0.9)
    assert "--endpoint.silence-phones=1\n" in model_conf(0.9)


def test_a_checksum_is_over_names_and_contents_of_what_vosk_reads(tmp_path: Path) -> None:
    (tmp_path / "am").mkdir()
    (tmp_path / "am" / "final.mdl").write_bytes(b"one")
    first = checksum(tmp_path)
    (tmp_path / "README.md").write_text("about it")
    assert checksum(tmp_path) == first
    (tmp_path / "am" / "final.mdl").write_bytes(b"two")
    assert checksum(tmp_path) != first


def test_the_embedded_model_is_the_one_its_page_is_about() -> None:
    page = (EMBEDDED / "README.md").read_text("utf-8")
    assert f"`{checksum(EMBEDDED)}`" in page
    assert "synthetic callers" in page
    assert sum(path.stat().st_size for path in EMBEDDED.rglob("*")) <= 8_000_000
    assert set(json.loads((EMBEDDED / "hotline.json").read_text())) == {"act", "ask", "filler"}


def test_the_embedded_model_knows_every_word_of_the_recipe() -> None:
    words = {line.split()[0] for line in (EMBEDDED / "graph" / "words.txt").read_text("utf-8").splitlines()}
    assert words == {*vocabulary(), "<eps>", "#0", "<s>", "</s>"}
    assert UNKNOWN in words


@pytest.mark.parametrize("phrase", ["提前还款", "修改手机号", "转人工", "宠物医院夜间急诊"])
def test_the_embedded_model_hears_a_synthetic_caller(phrase: str, speaker: Synthesiser) -> None:
    sound = encode_linear(decode(encode(speaker.speak(phrase))))
    silence = bytes(2 * 4000)
    done = subprocess.run(
        [sys.executable, "-c", LISTEN, str(EMBEDDED), json.dumps(PHRASES)],
        input=silence + sound + silence,
        capture_output=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    rate, has_filler, text, ratio = json.loads(done.stdout)
    assert (rate, has_filler, text) == (8000, True, phrase)
    assert ratio > 1


@pytest.fixture(scope="module")
def speaker() -> Iterator[Synthesiser]:
    with Synthesiser(VOICES["zh"]) as synthesiser:
        yield synthesiser
