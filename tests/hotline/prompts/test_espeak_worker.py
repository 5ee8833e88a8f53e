import json
import struct
import subprocess
import sys

import espeakng_loader

from hotline.prompts import espeak_worker
from hotline.prompts.espeak_worker import NO_VOICE, Espeak


def test_it_speaks_in_this_process_too() -> None:
    espeak = Espeak(espeakng_loader.get_library_path(), espeakng_loader.get_data_path())
    assert espeak.rate == 22050
    assert len(espeak.speak("cmn-latn-pinyin+f3", 185, 75, "ni3 hao3") or b"") > 22050
    slow, quick = (len(espeak.speak("cmn-latn-pinyin", pace, 50, "ni3 hao3") or b"") for pace in (120, 240))
    assert slow > 1.4 * quick
    assert espeak.speak("nosuchvoice", 185, 75, "ni3 hao3") is None


def test_its_answers_are_framed_and_end_with_stdin() -> None:
    requests = [["cmn-latn-pinyin", 185, 75, "hao3"], ["nosuchvoice", 185, 75, "hao3"], ["en", 160, 60, "yes"]]
    place = [espeakng_loader.get_library_path(), espeakng_loader.get_data_path()]
    done = subprocess.run(
        [sys.executable, "-I", "-S", espeak_worker.__file__, *place],
        input="".join(json.dumps(request) + "\n" for request in requests).encode(),
        capture_output=True, check=True, timeout=30,
    )  # fmt: skip
    at, sizes = 0, []
    while at < len(done.stdout):
        rate, size = struct.unpack_from("<II", done.stdout, at)
        assert rate == 22050
        sizes.append(size)
        at += 8 + (0 if size == NO_VOICE else size)
    assert at == len(done.stdout)
    assert [size == NO_VOICE for size in sizes] == [False, True, False]
    assert min(sizes[0], sizes[2]) > 5000
