"""Downloads that go on where they broke off, and are what they should be."""

import hashlib
import http.client
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from telephony.errors import RecognizerError

TRIES = 5
"""Times a broken connection is taken up again."""

PATIENCE_S = 30.0
"""Without a byte."""

MOST_BYTES = 4 * 2**30
"""The largest Vosk model is 2.3 GB."""

_CHUNK = 1 << 18

Progress = Callable[[int, int | None], None]
"""Told how many bytes are there, and of how many."""


@dataclass(frozen=True, slots=True)
class Checksum:
    """What a file must be."""

    kind: str
    """`sha256` or `md5`."""
    digest: str
    """Hexadecimal."""

    def check(self, file: Path) -> None:
        """Raise `RecognizerError` if it is another file."""
        with file.open("rb") as opened:
            actual = hashlib.file_digest(opened, self.kind).hexdigest()
        if actual != self.digest.lower():
            message = f"{file.name}: the {self.kind} is {actual}, which is not what it should be"
            raise RecognizerError(message, retryable=False)


def fetch(url: str, target: Path, progress: Progress) -> None:
    """Download to `target`, going on with what is there in `target.part`. Raise `RecognizerError`."""
    check_url(url)
    part = target.with_name(target.name + ".part")
    for attempt in range(1, TRIES + 1):
        try:
            _fetch_rest(url, part, progress)
            break
        except urllib.error.HTTPError as error:
            raise RecognizerError(f"{url}: the server says {error.code} {error.reason}", retryable=True) from error
        except (OSError, http.client.HTTPException) as error:
            if attempt == TRIES:
                message = f"{url}: cannot be downloaded ({_reason(error)}); what has come is kept, try again"
                raise RecognizerError(message, retryable=True) from error
    part.replace(target)
    _tag_file(part).unlink(missing_ok=True)


def fetch_json(url: str) -> Any:
    """Read a small document. Raise `RecognizerError`."""
    check_url(url)
    try:
        with _open(url, {}) as answer:
            return json.loads(answer.read(1 << 22))
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise RecognizerError(f"{url}: cannot be read ({_reason(error)})", retryable=True) from error


def check_url(url: str) -> None:
    """Refuse what is not encrypted, but on this machine."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in {"127.0.0.1", "::1", "localhost"}):
        return
    raise RecognizerError(f"{url}: only https addresses are downloaded from", retryable=False)


def _fetch_rest(url: str, part: Path, progress: Progress) -> None:
    have = part.stat().st_size if part.exists() else 0
    tag = _tag_file(part).read_text("utf-8") if have and _tag_file(part).exists() else ""
    headers = {"Range": f"bytes={have}-", "If-Range": tag} if tag else {}
    with _open(url, headers) as answer:
        goes_on = bool(tag) and answer.status == http.HTTPStatus.PARTIAL_CONTENT and _starts_at(answer, have)
        if not goes_on:
            have = 0
            _tag_file(part).write_text(answer.headers.get("ETag", ""), "utf-8")
        length = answer.headers.get("Content-Length", "")
        total = have + int(length) if length.isdigit() else None
        with part.open("ab" if goes_on else "wb") as file:
            have = _copy(answer, file, have, lambda bytes_now: progress(bytes_now, total))
    if total is not None and have != total:
        raise ConnectionError("the connection broke off")


def _copy(answer: IO[bytes], file: IO[bytes], have: int, told: Callable[[int], None]) -> int:
    while chunk := answer.read(_CHUNK):
        file.write(chunk)
        have += len(chunk)
        if have > MOST_BYTES:
            raise RecognizerError("the file is far too large for a speech model", retryable=False)
        told(have)
    return have


def _starts_at(answer: Any, place: int) -> bool:
    return re.match(rf"bytes {place}-", answer.headers.get("Content-Range", "")) is not None


def _tag_file(part: Path) -> Path:
    return part.with_name(part.name + ".etag")


def _open(url: str, headers: dict[str, str]) -> Any:
    request = urllib.request.Request(url, headers={"User-Agent": "hotline", **headers})  # noqa: S310 - see check_url
    return urllib.request.urlopen(request, timeout=PATIENCE_S)  # noqa: S310 - see check_url


def _reason(error: Exception) -> str:
    return str(getattr(error, "reason", "")) or str(error) or type(error).__name__
