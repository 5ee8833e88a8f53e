"""Templates of phrases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.phrase_templates import MAX_PHRASES, TemplateError, expand


@pytest.mark.parametrize(
    ("template", "phrases"),
    [
        ("提前还款", ["提前还款"]),
        ("(查|查询)进度", ["查进度", "查询进度"]),
        ("[请]查进度", ["请查进度", "查进度"]),
        ("[请][帮我](查|查询)", ["请帮我查", "请帮我查询", "请查", "请查询", "帮我查", "帮我查询", "查", "查询"]),
        ("[请|麻烦]查", ["请查", "麻烦查", "查"]),
        ("(还[清]|结清)款", ["还清款", "还款", "结清款"]),
        ("a [the]  b", ["a the b", "a b"]),
        ("(a|a)b", ["ab"]),
    ],
)
def test_every_way_through(template: str, phrases: list[str]) -> None:
    assert list(expand(template)) == phrases


@pytest.mark.parametrize(
    ("template", "mistake"),
    [
        ("(查|询", 'character 1, "(", is never closed; a ) is missing'),
        ("查[询", 'character 2, "[", is never closed; a ] is missing'),
        ("(查]", 'character 1, "(", is never closed; a ) is missing'),
        ("查)", 'character 2, ")", closes nothing'),
        ("查]询", 'character 2, "]", closes nothing'),
        ("查|询", 'character 2, "|", stands outside ( )'),
        ("(查|)", 'character 3, "|", has nothing after it; to make something optional write [it]'),
        ("()", 'character 1, "(", has nothing after it; to make something optional write [it]'),
        ("（查|询）", 'character 1, "（", is full-width; write ('),
        ("[查｜询]", 'character 3, "｜", is full-width; write |'),
        ("{查}", 'character 1, "{", means nothing here; there are [optional] and (one|other)'),
        ("[查][询]", "everything in it may be left out, so that silence would match; take some [ ] away"),
        ("(a|b)" * 9, f"stands for 512 phrases; {MAX_PHRASES} are enough for one template"),
    ],
)
def test_mistakes_name_their_place(template: str, mistake: str) -> None:
    with pytest.raises(TemplateError) as caught:
        expand(template)
    assert str(caught.value) == mistake


@given(st.text(alphabet="查询[]()|", max_size=20))
def test_whatever_is_written_it_is_expanded_or_refused(template: str) -> None:
    try:
        phrases = expand(template)
    except TemplateError:
        return
    assert len(set(phrases)) == len(phrases)
    assert all(set(phrase) <= {"查", "询"} for phrase in phrases)


@given(
    st.recursive(
        st.sampled_from("查询还款"),
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map("".join),
            inner.map("[{}]".format),
            st.lists(inner, min_size=1, max_size=3).map(lambda rows: f"({'|'.join(rows)})"),
        ),
        max_leaves=6,
    )
)
def test_well_formed_templates_are_never_refused_for_their_form(template: str) -> None:
    assert all(phrase for phrase in expand("啊" + template))
