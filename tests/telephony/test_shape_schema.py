"""The published JSON Schemas, as an editor reads them."""

import json

from acd.roster_shape import RosterShape
from ivr.menu_shape import MenusShape
from telephony.shape_schema import known_keys, published_schema


def test_the_schema_of_the_menu_file() -> None:
    schema = published_schema(MenusShape, "menus")
    assert schema["required"] == ["numbers", "default_queue", "menu"]
    assert schema["$defs"]["NodeShape"]["required"] == ["id", "name"]
    assert "null" not in json.dumps(schema)


def test_the_schema_of_the_agents_file() -> None:
    schema = published_schema(RosterShape, "agents")
    assert schema["required"] == ["teams", "queues", "agents"]
    level = schema["$defs"]["AgentShape"]["properties"]["skills"]["additionalProperties"]
    assert (level["minimum"], level["maximum"]) == (1, 5)


def test_keys_known_deep_in_the_tree() -> None:
    path = ("menu", "choices", "1", "choices", "2")
    assert {"id", "name", "say", "queue", "topic", "choices", "synonyms", "options"} == set(
        known_keys(MenusShape, path)
    )
