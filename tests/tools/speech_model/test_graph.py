import math
from collections import defaultdict

import pytest

from tools.speech_model.graph import SoundGraph, WordGraph, cut, words_txt
from tools.speech_model.kaldi_export import forward_transition, loop_transition
from tools.speech_model.phones import SILENCE_PHONE, kaldi_phone

SOUNDS = {
    "还": (("h", "uan"), ("h", "ai")),
    "款": (("k", "uan"),),
    "还款": (("h", "uan", "k", "uan"),),
    "爱": (("ai",),),
}
IDS = {"还": 1, "款": 2, "还款": 3, "爱": 4}


def written() -> SoundGraph:
    graph = SoundGraph(SOUNDS.__getitem__)
    graph.add_words(IDS)
    return graph


def words_of(graph: SoundGraph, sounds: list[int]) -> set[tuple[int, ...]]:
    """Every way through the graph for these transition ids."""
    ways: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for start, end, sound, word, _ in graph.arcs:
        ways[start].append((end, sound, word))
    found: set[tuple[int, ...]] = set()
    waiting: list[tuple[int, int, tuple[int, ...]]] = [(graph.START, 0, ())]
    while waiting:
        state, heard, words = waiting.pop()
        if heard == len(sounds) and state == graph.BETWEEN:
            found.add(words)
        for end, sound, word in ways[state]:
            said = (*words, word) if word else words
            if sound == 0:
                waiting.append((end, heard, said))
            elif heard < len(sounds) and sound == sounds[heard]:
                waiting.append((end, heard + 1, said))
    return found


def said(*phones: str, frames: int = 2) -> list[int]:
    """Transition ids of one word, each phone held for so many frames."""
    ids = []
    for place, phone in enumerate(phones):
        number = kaldi_phone(phone, place, len(phones))
        ids += [forward_transition(number)] + [loop_transition(number)] * (frames - 1)
    return ids


def test_sounds_become_the_words_that_sound_so() -> None:
    graph = written()
    silence = [forward_transition(SILENCE_PHONE), loop_transition(SILENCE_PHONE)]
    assert words_of(graph, said("h", "uan")) == {(1,)}
    assert words_of(graph, said("h", "ai", frames=1)) == {(1,)}
    assert words_of(graph, said("h", "uan") + said("k", "uan")) == {(1, 2)}
    assert words_of(graph, silence + said("h", "uan", "k", "uan") + silence + said("ai")) == {(3, 4)}
    assert words_of(graph, said("k", "ai")) == set()


def test_words_that_begin_alike_share_their_arcs() -> None:
    graph = written()
    first = forward_transition(kaldi_phone("h", 0, 2))
    assert sum(1 for arc in graph.arcs if arc[2] == first) == 1


def test_the_text_begins_with_the_start_state_and_names_the_last_one() -> None:
    lines = written().text().splitlines()
    assert lines[0].split()[0] == "0"
    assert lines[-1] == f"{SoundGraph.BETWEEN} 0"


def test_the_list_of_words_is_sorted_and_ends_with_kaldi_s_own() -> None:
    assert words_txt({"款": 9, "还": 2}).splitlines() == ["<eps> 0", "还 2", "款 9", "#0 10", "<s> 11", "</s> 12"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("我还款", ["还款"]),
        ("还爱款", ["还", "爱", "款"]),
        ("，还，", ["还"]),
        ("", []),
        ("还还款还", ["还", "还款", "还"]),
    ],
)
def test_a_text_is_cut_into_the_longest_known_words(text: str, words: list[str]) -> None:
    assert cut(text, frozenset(IDS)) == words


def test_what_may_follow_a_word_adds_up_to_one() -> None:
    graph = WordGraph([["还", "款"], ["还", "款"], ["还款"], ["爱", "爱", "还款"]] * 2, IDS)
    after: dict[int, float] = defaultdict(float)
    backing_off: dict[int, float] = {}
    seen: dict[int, set[str]] = defaultdict(set)
    for line in graph.text().splitlines():
        parts = line.split()
        state, probability = int(parts[0]), math.exp(-float(parts[-1]))
        if len(parts) == 5 and parts[2] == "0":
            backing_off[state] = probability
        else:
            after[state] += probability
            seen[state].add(parts[2] if len(parts) == 5 else "end")
    assert sum(graph.probability(word) for word in (*IDS, "</s>")) == pytest.approx(1)
    assert after[1] == pytest.approx(1, abs=1e-3)  # the state in which nothing is known of what came before
    numbers = {str(number): word for word, number in IDS.items()} | {"end": "</s>"}
    for state, probability in backing_off.items():
        unseen = sum(graph.probability(word) for number, word in numbers.items() if number not in seen[state])
        shared = sum(graph.probability(numbers[number]) for number in seen[state])
        total = after[state] - probability * shared + probability * (shared + unseen)
        assert total == pytest.approx(after[state] + probability * unseen)
        assert after[state] <= 1 + 1e-3


def test_the_first_line_is_the_start_s() -> None:
    assert WordGraph([["爱"], ["还"]], IDS).text().startswith("0 ")
