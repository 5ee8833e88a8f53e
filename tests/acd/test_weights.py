from dataclasses import replace

from acd.weights import VIP, Weights


def test_the_bound_of_the_spike() -> None:
    weights = Weights(asked_before_s=0.0, transferred_s=0.0, overtake_bound_s=1e9, class_bonus_s={VIP: 75.0})
    assert weights.overtaking_bound_s(10.0) == 235.0


def test_by_default_two_minutes() -> None:
    assert Weights().overtaking_bound_s(10.0) == 120.0


def test_small_weights_state_a_smaller_bound() -> None:
    none = Weights(worst_fit_s=0.0, same_agent_s=0.0, transferred_s=0.0, asked_before_s=0.0, class_bonus_s={})
    assert none.overtaking_bound_s(7.0) == 7.0
    classes = replace(none, class_bonus_s={VIP: 30.0, "later": -15.0})
    assert classes.overtaking_bound_s(10.0) == 45.0
    assert replace(classes, transferred_s=25.0).overtaking_bound_s(10.0) == 70.0, "a VIP may be passed on, too"


def test_a_class_that_may_overtake_anybody_is_no_part_of_it() -> None:
    weights = Weights(
        worst_fit_s=0.0,
        same_agent_s=20.0,
        transferred_s=0.0,
        asked_before_s=0.0,
        class_bonus_s={"fraud": 500.0},
        unbound_classes=frozenset({"fraud"}),
    )
    assert weights.overtaking_bound_s(10.0) == 20.0
    assert weights.class_s("fraud") == 500.0
    assert weights.class_s("") == 0.0


def test_idleness_counts_up_to_a_limit() -> None:
    weights = Weights(idle_per_s=0.05)
    assert [weights.idle_s(idle_for) for idle_for in (0.0, 100.0, 600.0, 9000.0)] == [0.0, 5.0, 30.0, 30.0]
    assert weights.idle_most_s == 30.0


def test_a_wish_for_skill_counts_both_ways() -> None:
    weights = Weights()
    assert [weights.history_s(2, level) for level in (1.0, 3.0, 4.5)] == [-40.0, 0.0, 30.0]
    assert weights.history_s(0, 5.0) == 0.0
