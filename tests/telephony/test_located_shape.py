"""A shape names every deviation at its place, and the rest stays usable."""

from typing import Annotated, Literal

import pytest
from pydantic import AfterValidator, Discriminator, Field, StringConstraints, Tag

from telephony.located_shape import LIST, MAPPING, TEXT, Key, Shape, is_required, read_shape, required, shape_tag
from telephony.located_yaml import parse_yaml
from telephony.shape_schema import known_keys, published_schema


def _lower(text: str) -> str:
    if not text.islower():
        raise ValueError("must be small")
    return text


class Wheel(Shape):
    size: Annotated[int, Field(gt=0, le=30)] = 10
    label: Annotated[str, StringConstraints(min_length=1, max_length=5)] = "w"
    wheels: dict[Key, "Wheel"] = Field(default_factory=dict)


Either = Annotated[
    Annotated[str, Tag(TEXT)] | Annotated[list[str], Tag(LIST)] | Annotated[Wheel, Tag(MAPPING)],
    Discriminator(shape_tag),
]
TextOrWheel = Annotated[Annotated[str, Tag(TEXT)] | Annotated[Wheel, Tag(MAPPING)], Discriminator(shape_tag)]


class Car(Shape):
    name: str = required("unnamed")
    front: Wheel = required(Wheel())
    weight: Annotated[float, Field(allow_inf_nan=False)] = 1.0
    kind: Literal["small", "large"] = "small"
    electric: bool = False
    code: Annotated[str, AfterValidator(_lower)] = "x"
    extras: list[Either] = Field(default_factory=list)
    spare: TextOrWheel | None = None


def read(text: str) -> tuple[Car, list[str]]:
    document, _ = parse_yaml(text, "f")
    assert document is not None
    car, problems = read_shape(document, Car)
    return car, [str(problem) for problem in problems]


def test_a_right_file_becomes_its_shape() -> None:
    car, problems = read("name: 07\nfront: {size: 12}\nelectric: yes\nextras: [a, [b], {size: 3}]\nspare: s\n")
    assert problems == []
    assert car.name == "07"
    assert car.front.size == 12
    assert car.electric is True
    assert car.extras == ["a", ["b"], Wheel(size=3)]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("naem: x", 'f:3:1: unknown key "naem"; did you mean "name"?'),
        ("weight: much", 'f:3:9: "weight" must be a number, not "much"'),
        ("weight: .nan", 'f:3:9: "weight" must be a number, not ".nan"'),
        ("weight: nan", 'f:3:9: "weight" must be a number, not "nan"'),
        ("weight: [1]", 'f:3:9: "weight" must be a number, not a list'),
        ("kind: huge", "f:3:7: \"kind\" must be one of 'small' or 'large', not \"huge\""),
        ("electric: 7", 'f:3:11: "electric" must be yes or no, not "7"'),
        ("code: ABC", 'f:3:7: "code": must be small'),
        ("code: {a: b}", 'f:3:7: "code" must be text, not a mapping'),
        ("extras: a", 'f:3:9: "extras" must be a list, not "a"'),
        ("extras: [a, {size: 0}]", 'f:3:20: "size" must be more than 0, not "0"'),
        ("extras: [a, [b, {}]]", 'f:3:17: "item 2 of 1" must be text, not a mapping'),
        ("spare: [a]", 'f:3:8: "spare" must be one of these forms: text, mapping, not a list'),
        ("spare: {label: abcdef}", 'f:3:16: "label" must be at most 5 characters long, not "abcdef"'),
        ("spare: {label: '  '}", 'f:3:16: "label" is empty'),
        ("spare: {wheels: {a: {wheels: {b: {sise: 1}}}}}", 'f:3:35: unknown key "sise"; did you mean "size"?'),
        ("spare: {wheels: {a: {wheels: {b: 5}}}}", 'f:3:34: "b" must be a mapping (lines of `key: value`), not "5"'),
        ("extras: [a, ~]", 'f:3:13: "item 2 of extras" must be one of these forms: text, list, mapping, not nothing'),
        ("weight:", 'f:3:1: "weight" has no value; give one or delete the line'),
    ],
)
def test_deviations_are_named_at_their_place_and_the_rest_is_kept(line: str, problem: str) -> None:
    car, problems = read(f"name: x\nfront: {{size: 12}}\n{line}\n")
    assert problems == [problem]
    assert (car.name, car.front.size) == ("x", 12)
    assert (car.weight, car.kind, car.electric, car.code) == (1.0, "small", False, "x")


def test_several_deviations_in_one_list_leave_the_right_items() -> None:
    car, problems = read("name: x\nfront: {}\nextras: [a, {size: 0}, b, {size: 31, sise: 1}, c]\n")
    assert problems == [
        'f:3:20: "size" must be more than 0, not "0"',
        'f:3:34: "size" must be at most 30, not "31"',
        'f:3:38: unknown key "sise"; did you mean "size"?',
    ]
    assert car.extras == ["a", Wheel(), "b", Wheel(), "c"]


def test_missing_keys_are_named_where_they_should_be_and_stand_in() -> None:
    car, problems = read("spare: {size: 1}\n")
    assert problems == ['f:1:1: "name" is missing here', 'f:1:1: "front" is missing here']
    assert car.name == "unnamed"


def test_a_required_key_that_is_wrong_is_named_once() -> None:
    assert read("name: [x]\nfront: {}\n")[1] == ['f:1:7: "name" must be text, not a list']


def test_the_schema_lists_what_is_required_and_allows_no_nulls() -> None:
    schema = published_schema(Car, "a car")
    assert schema["required"] == ["name", "front"]
    assert schema["title"] == "a car"
    assert '"null"' not in str(schema).replace("'", '"')
    assert schema["additionalProperties"] is False


def test_known_keys_follow_references_alternatives_and_lists() -> None:
    assert "weight" in known_keys(Car, ())
    assert known_keys(Car, ("extras", 0)) == ("size", "label", "wheels")
    assert known_keys(Car, ("spare", "wheels", "any")) == ("size", "label", "wheels")
    assert known_keys(Car, ("name", "deeper")) == ()


def test_the_mark_of_required_fields() -> None:
    assert is_required({"required": True})
    assert not is_required(None)
    assert not is_required({})
