"""SIPp on both sides of a hotline: callers that dial, press a key and talk; agents that ring, answer and hang up."""

import contextlib
import subprocess
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hotline.asterisk.provision import AsteriskInstall
from hotline.prompts import alaw
from hotline.trial.voices import voice_of

SCENARIOS = Path(__file__).parent / "scenarios"
CALLERS, AGENTS = "127.0.0.3", "127.0.0.4"
KEY_PCAP = "share/sip-tester/dtmf_2833_1.pcap"
"""Of the same package as SIPp: key 1 for 140 ms, telephone events of payload type 101."""

PORTS_PER_CALL = 8
"""SIPp takes a pair for audio and one for video for each stream, and they come back late."""

STOPPED_WITHIN_S = 10.0


@dataclass(frozen=True, slots=True)
class Tally:
    """What SIPp counted on one side."""

    ok: int
    failed: int
    now: int
    """Calls going on."""
    retransmissions: int
    why: str
    """The kinds of failure with their numbers; empty if there was none."""


class SippSide:
    """One SIPp: a process and the figures it writes each second."""

    def __init__(self, process: subprocess.Popen[bytes], figures: Path, errors: Path) -> None:
        self.process = process
        self._figures = figures
        self._errors = errors

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def tally(self) -> Tally:
        """As of the last second, or the end."""
        try:
            head, *_, last = self._figures.read_text().strip().splitlines()
        except (OSError, ValueError):
            return Tally(0, 0, 0, 0, "")
        row = dict(zip(head.split(";"), last.split(";"), strict=False))
        kinds = {name[6:-3]: int(row[name]) for name in row if name.startswith("Failed") and name.endswith("(C)")}
        return Tally(
            ok=int(row["SuccessfulCall(C)"]),
            failed=int(row["FailedCall(C)"]),
            now=int(row["CurrentCall"]),
            retransmissions=int(row["Retransmissions(C)"]),
            why=", ".join(f"{kind} {count}" for kind, count in kinds.items() if count and kind != "Call"),
        )

    def first_errors(self) -> list[str]:
        """What it complained about first."""
        try:
            return self._errors.read_text(errors="replace").splitlines()[:12]
        except OSError:
            return []


class Sipp:
    """Starts SIPp with its files in one folder."""

    def __init__(self, install: AsteriskInstall, folder: Path, *, people: int, silent: Collection[str] = ()) -> None:
        self._command = install.tool("sip-tester")
        self._folder = folder
        folder.mkdir()
        self._people = folder / "people.csv"
        self._people.write_text("SEQUENTIAL\n" + "".join(f"139{one:08};\n" for one in range(people)))
        speech = folder / "speech.alaw"
        alaw.write(speech, alaw.encode(np.concatenate([voice_of("caller")] * 4)))
        values = {"speech": str(speech), "key": str(Path(self._command[-1]).parents[1] / KEY_PCAP)}
        for side in ("caller", "agent"):
            scenario = (SCENARIOS / f"{side}.xml").read_text()
            for name, value in values.items():
                scenario = scenario.replace(f"{{{name}}}", value)
            lines = scenario.splitlines(keepends=True)
            if side in silent:
                lines = [line for line in lines if "rtp_stream" not in line]
            (folder / f"{side}.xml").write_text("".join(lines))

    @contextlib.contextmanager
    def agents(self, *, port: int, talk_s: float, media: range) -> Iterator[SippSide]:
        """All agents' phones behind one port, until the block ends."""
        with self._started("agent", AGENTS, media, ["-p", str(port), "-d", str(round(talk_s * 1000))]) as side:
            yield side

    @contextlib.contextmanager
    def callers(self, *, hotline: str, number: str, calls: int, rate: float, media: range) -> Iterator[SippSide]:
        """So many calls at this rate, by everybody in turn; the process ends by itself after the last one."""
        arguments = [hotline, "-s", number, "-r", f"{rate:g}", "-m", str(calls), "-recv_timeout", "120000"]
        arguments += ["-inf", str(self._people)]
        with self._started("caller", CALLERS, media, arguments) as side:
            yield side

    @contextlib.contextmanager
    def _started(self, name: str, address: str, media: range, more: list[str]) -> Iterator[SippSide]:
        figures, errors = self._folder / f"{name}.csv", self._folder / f"{name}-errors.log"
        figures.unlink(missing_ok=True)
        process = subprocess.Popen(
            [
                *self._command, *more, "-sf", str(self._folder / f"{name}.xml"), "-i", address, "-mi", address,
                "-l", "100000", "-nostdin", "-bind_local",
                "-min_rtp_port", str(media.start), "-max_rtp_port", str(media.stop - 1),
                "-trace_stat", "-stf", str(figures), "-fd", "1", "-trace_err", "-error_file", str(errors),
            ],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, cwd=self._folder,
        )  # fmt: skip
        try:
            yield SippSide(process, figures, errors)
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(STOPPED_WITHIN_S)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
