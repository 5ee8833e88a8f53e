"""A plain AMI client for tests: blocking, independent of the one under test, remembers every event."""

import socket
import threading
from collections.abc import Callable
from itertools import count

Message = dict[str, str]


class Witness:
    """Logged in to one Asterisk; `events` grows as they come in."""

    def __init__(self, port: int, user: str, secret: str) -> None:
        self.events: list[Message] = []
        self._replies: dict[str, Message] = {}
        self._news = threading.Condition()
        self._ids = count(1)
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=5)
        self._socket.settimeout(None)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        reply = self.send("Login", Username=user, Secret=secret)
        if reply["Response"] != "Success":
            raise PermissionError(reply.get("Message", ""))

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._reader.join(5)
        self._socket.close()

    def send(self, action: str, variables: dict[str, str] | None = None, /, **fields: str) -> Message:
        """One action and its response."""
        action_id = f"w{next(self._ids)}"
        lines = [f"Action: {action}", f"ActionID: {action_id}"]
        lines += [f"{key}: {value}" for key, value in fields.items()]
        lines += [f"Variable: {key}={value}" for key, value in (variables or {}).items()]
        self._socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        with self._news:
            if not self._news.wait_for(lambda: action_id in self._replies, 5):
                raise TimeoutError(f"no response to {action}")
            return self._replies.pop(action_id)

    def collect(self, action: str, item: str, done: str, **fields: str) -> list[Message]:
        """The events of a list action."""
        mark = len(self.events)
        self.send(action, **fields)
        self.wait(lambda event: event["Event"] == done, since=mark)
        return [event for event in self.events[mark:] if event["Event"] == item]

    def wait(self, wanted: Callable[[Message], bool], *, since: int = 0, timeout_s: float = 30) -> Message:
        """The first event from `since` on that is wanted."""
        seen = since

        def find() -> Message | None:
            nonlocal seen
            fresh, seen = self.events[seen:], len(self.events)
            return next((event for event in fresh if wanted(event)), None)

        with self._news:
            found = self._news.wait_for(find, timeout_s)
        if found is None:
            names = [event["Event"] for event in self.events[since:]]
            raise TimeoutError(f"the event did not come; came: {names}")
        return found

    def named(self, name: str, *, since: int = 0, timeout_s: float = 10, **fields: str) -> Message:
        """The first event of this name and with these fields."""
        return self.wait(
            lambda event: event["Event"] == name and all(event.get(key) == value for key, value in fields.items()),
            since=since,
            timeout_s=timeout_s,
        )

    def _read(self) -> None:
        message: Message = {}
        with self._socket.makefile("r", encoding="utf-8", errors="replace", newline="\r\n") as lines:
            for line in lines:
                key, colon, value = line.rstrip("\r\n").partition(": ")
                if line != "\r\n":
                    message[key if colon else key.rstrip(":")] = value
                elif message:
                    self._take(message)
                    message = {}

    def _take(self, message: Message) -> None:
        with self._news:
            if "Event" in message:
                self.events.append(message)
            elif "ActionID" in message:
                self._replies[message["ActionID"]] = message
            self._news.notify_all()
