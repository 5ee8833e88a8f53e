from acd.strip import NEVER, ROOM, Strip


def test_one_piece_of_memory_that_grows() -> None:
    strip = Strip(NEVER)
    strip.values[3] = 2.5
    assert strip.all.item(3) == 2.5
    strip.make_room(ROOM - 1)
    assert len(strip.values) == len(strip.all) == ROOM
    strip.make_room(4 * ROOM)
    assert len(strip.values) == len(strip.all) == 5 * ROOM
    strip.all[4 * ROOM] = -1.0
    assert [strip.values[number] for number in (3, ROOM, 4 * ROOM)] == [2.5, NEVER, -1.0]


def test_strips_by_the_same_numbers_are_equal_and_of_one_length() -> None:
    grown = Strip(0.0)
    for number in range(150):
        grown.make_room(number)
    assert grown == Strip(0.0, 150)
    assert grown != Strip(0.0, 10)
    assert Strip(0.0) != Strip(1.0)
    assert Strip(0.0) != 0.0
