r"""Record a conversation with a real Asterisk as a fixture for `tests/fixtures/ami`.

    python tools/record_ami.py 127.0.0.1:5038 manager secret < actions.txt > tests/fixtures/ami/name.txt

The actions are written as on the wire, one blank line after each; `# wait 2` waits longer for what comes of the action
above it. In the recording `C: ` is what we sent, `S: ` what Asterisk sent, line by line; a backslash is doubled, a line
feed within a value (Asterisk does send some) is `\n`, and the secret is blotted out.
"""

import socket
import sys
from typing import BinaryIO

QUIET_S = 0.4
"""So long nothing more must come before the next action is sent."""


LOGIN_S = 1.5
"""Asterisk takes its time to refuse a login."""


def main() -> None:
    """Log in, play the actions, write both sides down."""
    address, username, secret = sys.argv[1:4]
    host, _, port = address.rpartition(":")
    out = sys.stdout.buffer
    login = f"Action: Login\nActionID: login\nUsername: {username}\nSecret: {secret}\nEvents: on"
    with socket.create_connection((host, int(port))) as connection:
        _write(out, "S", _read(connection, QUIET_S))
        for block in [f"{login}\n# wait {LOGIN_S}", *sys.stdin.read().strip().split("\n\n")]:
            lines = [line for line in block.splitlines() if line and not line.startswith("#")]
            if not lines:
                continue
            waits = [float(line.split()[2]) for line in block.splitlines() if line.startswith("# wait")]
            sent = ("\r\n".join(lines) + "\r\n\r\n").encode()
            connection.sendall(sent)
            _write(out, "C", sent.replace(f"Secret: {secret}".encode(), b"Secret: ********"))
            _write(out, "S", _read(connection, waits[0] if waits else QUIET_S))


def _read(connection: socket.socket, quiet_s: float) -> bytes:
    connection.settimeout(quiet_s)
    received = b""
    try:
        while piece := connection.recv(65_536):
            received += piece
    except TimeoutError:
        pass
    return received


def _write(out: BinaryIO, side: str, said: bytes) -> None:
    lines = said.replace(b"\\", b"\\\\").split(b"\r\n")[:-1]
    out.writelines(f"{side}: ".encode() + line.replace(b"\n", b"\\n") + b"\n" for line in lines)


if __name__ == "__main__":
    main()
