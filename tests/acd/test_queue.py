from acd.queue import Queue, Widening
from telephony.ids import QueueId


def test_a_queue_demands_less_with_time() -> None:
    queue = Queue(QueueId("q"), "q", min_level=4, widen=(Widening(30.0, 3), Widening(60.0, 1)))
    assert [queue.level_after(waited_s) for waited_s in (0.0, 29.0, 30.0, 61.0)] == [4, 4, 3, 1]
    assert queue.lowest_level == 1
    assert Queue(QueueId("q"), "q", min_level=2).lowest_level == 2
