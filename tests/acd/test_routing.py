from acd.routing import Routing
from acd.weights import Weights
from telephony.ids import Topic

FRAUD = Routing(Weights(class_bonus_s={"vip": 75.0, "fraud": 200.0, "later": -20.0}), {Topic("card"): "fraud"})


def test_a_class_goes_by_topic_or_by_the_vip_file() -> None:
    assert FRAUD.caller_class(Topic("loan"), vip=False) == ""
    assert FRAUD.caller_class(Topic("loan"), vip=True) == "vip"
    assert FRAUD.caller_class(Topic("card.stolen"), vip=False) == "fraud"


def test_whoever_is_in_two_classes_has_the_greater_head_start() -> None:
    assert FRAUD.caller_class(Topic("card"), vip=True) == "fraud"
    later = Routing(FRAUD.weights, {Topic("card"): "later"})
    assert later.caller_class(Topic("card"), vip=True) == "vip"
