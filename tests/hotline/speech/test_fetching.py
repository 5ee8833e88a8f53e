import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from hotline.speech import fetching
from hotline.speech.fetching import Checksum, check_url, fetch, fetch_json
from telephony.errors import RecognizerError

CONTENT = bytes(range(256)) * 4000


@dataclass
class Site:
    """A web server that breaks off when told to."""

    content: bytes = CONTENT
    tag: str = '"one"'
    breaks_after: list[int] = field(default_factory=list)
    """For each request so many bytes; after these whole answers."""
    asked: list[str | None] = field(default_factory=list)
    """The ranges."""
    knows_ranges: bool = True
    url: str = ""


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/gone":
                self.send_error(404)
                return
            wanted = self.headers["Range"]
            made.asked.append(wanted)
            start = 0
            if wanted and made.knows_ranges and self.headers["If-Range"] == made.tag:
                start = int(wanted.removeprefix("bytes=").removesuffix("-"))
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {start}-{len(made.content) - 1}/{len(made.content)}")
            else:
                self.send_response(200)
            rest = made.content[start:]
            self.send_header("Content-Length", str(len(rest)))
            self.send_header("ETag", made.tag)
            self.end_headers()
            self.wfile.write(rest[: made.breaks_after.pop(0)] if made.breaks_after else rest)

        def log_message(self, *_: object) -> None:
            """Be quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}/model.zip"
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


def quiet(_have: int, _total: int | None) -> None:
    """Nobody watches."""


def test_a_file_comes_whole_and_its_progress_is_told(site: Site, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    fetch(site.url, tmp_path / "a", lambda have, total: told.append((have, total)))
    assert (tmp_path / "a").read_bytes() == CONTENT
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_it_goes_on_where_it_broke_off(site: Site, tmp_path: Path) -> None:
    site.breaks_after = [1000, 5000]
    fetch(site.url, tmp_path / "a", quiet)
    assert (tmp_path / "a").read_bytes() == CONTENT
    assert site.asked == [None, "bytes=1000-", "bytes=6000-"]


def test_it_goes_on_after_a_restart(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "TRIES", 1)
    site.breaks_after = [1000]
    with pytest.raises(RecognizerError, match="what has come is kept") as caught:
        fetch(site.url, tmp_path / "a", quiet)
    assert caught.value.retryable
    fetch(site.url, tmp_path / "a", quiet)
    assert (tmp_path / "a").read_bytes() == CONTENT
    assert site.asked[-1] == "bytes=1000-"


def test_another_file_by_now_begins_anew(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "TRIES", 1)
    site.breaks_after = [1000]
    with pytest.raises(RecognizerError):
        fetch(site.url, tmp_path / "a", quiet)
    site.content, site.tag = CONTENT[::-1], '"two"'
    fetch(site.url, tmp_path / "a", quiet)
    assert (tmp_path / "a").read_bytes() == CONTENT[::-1]


def test_a_server_without_ranges_begins_anew(site: Site, tmp_path: Path) -> None:
    site.knows_ranges = False
    site.breaks_after = [1000]
    fetch(site.url, tmp_path / "a", quiet)
    assert (tmp_path / "a").read_bytes() == CONTENT


def test_what_is_not_there(site: Site, tmp_path: Path) -> None:
    with pytest.raises(RecognizerError, match="404"):
        fetch(site.url.replace("model.zip", "gone"), tmp_path / "a", quiet)


def test_what_never_ends(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MOST_BYTES", 1000)
    with pytest.raises(RecognizerError, match="far too large"):
        fetch(site.url, tmp_path / "a", quiet)


def test_nobody_there(tmp_path: Path) -> None:
    with pytest.raises(RecognizerError, match="cannot be downloaded"):
        fetch("http://127.0.0.1:1/a", tmp_path / "a", quiet)


@pytest.mark.parametrize("url", ["http://example.com/a", "file:///etc/passwd", "ftp://example.com/a", "a"])
def test_only_encrypted_addresses(url: str) -> None:
    with pytest.raises(RecognizerError, match="only https"):
        check_url(url)
    check_url("https://example.com/a")


def test_a_small_document(site: Site) -> None:
    site.content = b'[{"name": "m"}]'
    assert fetch_json(site.url) == [{"name": "m"}]
    site.content = b"<html>"
    with pytest.raises(RecognizerError, match="cannot be read"):
        fetch_json(site.url)


def test_a_checksum(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    file.write_bytes(CONTENT)
    Checksum("sha256", hashlib.sha256(CONTENT).hexdigest().upper()).check(file)
    with pytest.raises(RecognizerError, match="not what it should be"):
        Checksum("md5", "0" * 32).check(file)
