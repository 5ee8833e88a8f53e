"""Did-you-mean."""

from telephony.suggest import LONGEST_LIST, LONGEST_WORD, did_you_mean, quoted


def test_the_nearest_word_is_suggested() -> None:
    assert did_you_mean("refunds", ["loan", "refund"]) == '; did you mean "refund"?'


def test_a_few_known_words_are_listed_where_none_is_near() -> None:
    assert did_you_mean("x", ["loan", "refund"]) == "; known: loan, refund"
    assert did_you_mean("x", []) == ""
    assert did_you_mean("x", [f"word{n}" for n in range(LONGEST_LIST + 1)]) == ""


def test_a_pasted_book_is_neither_compared_nor_repeated() -> None:
    assert did_you_mean("loan" * LONGEST_WORD, ["loan"]) == "; known: loan"
    assert quoted("a\nb" * 100) == '"' + ("a b" * 100)[: LONGEST_WORD - 1] + '…"'
    assert quoted(" short\u2028") == '" short "'
