"""Where among the words of an utterance a phrase was heard. Pure."""

from collections import Counter

from asr.recognizer import Transcript


def spot(transcript: Transcript, phrase: str) -> range | None:
    """Return which words are the phrase: of the runs that share most characters with it the shortest; None if none do.

    Characters need not be in their order: a run that has all of them and no others is the phrase, or as good as it.
    """
    wanted = Counter(phrase.replace(" ", ""))
    best, least = None, wanted.total()
    for start in range(len(transcript.words)):
        missing, besides = wanted.copy(), 0
        for end in range(start + 1, len(transcript.words) + 1):
            word = Counter(transcript.words[end - 1])
            besides += (word - missing).total()
            missing -= word
            if missing.total() + besides < least:
                best, least = range(start, end), missing.total() + besides
            if not missing:
                break
    return best
