"""The parser's complaints in an admin's words; most are tested where files are read."""

import yaml

from telephony.yaml_mistakes import explain_yaml_error


def test_a_complaint_nobody_foresaw_is_passed_on_with_its_place() -> None:
    mark = yaml.Mark("f", 3, 0, 3, None, 0)
    error = yaml.MarkedYAMLError(context="while dreaming", problem="woke up", problem_mark=mark)
    assert explain_yaml_error(error, "abcdef", 5) == (3, "not valid YAML: while dreaming woke up")


def test_a_complaint_without_a_place_is_where_the_parser_had_come() -> None:
    assert explain_yaml_error(yaml.MarkedYAMLError(problem="lost"), "abcdef", 5) == (5, "not valid YAML: lost")


def test_a_full_width_colon_is_noticed_in_the_line_above_too() -> None:
    mark = yaml.Mark("f", 9, 1, 3, None, 0)
    error = yaml.MarkedYAMLError(problem="mapping values are not allowed here", problem_mark=mark)
    index, message = explain_yaml_error(error, "name：x\nab: c\n", 0)
    assert index == 9
    assert message.endswith('; there is a full-width "：" here, write ": " instead')


def test_a_character_outside_yaml_is_named_by_its_code() -> None:
    error = yaml.reader.ReaderError("f", 2, 0x07, "unicode", "not allowed")
    assert explain_yaml_error(error, "ab\x07", 0) == (2, "the character U+0007 is not allowed in YAML")
    error.character = "\x0b"
    assert explain_yaml_error(error, "ab\x0b", 0) == (2, "the character U+000B is not allowed in YAML")
