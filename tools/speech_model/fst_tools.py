"""OpenFst's programs: the system's, or a private copy of Debian's `libfst-tools` that needs no root."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hotline.asterisk.private_root import PrivateRoot, run_proof
from telephony.errors import ProvisionError

PACKAGE = "libfst-tools"

TIMEOUT_S = 300

_PLUGIN = "olabel_lookahead-fst.so"
"""OpenFst loads this type of graph from a library of its own."""


@dataclass(frozen=True, slots=True)
class FstTools:
    """How to run them."""

    programs: Callable[[str], tuple[str, ...]]
    """`fstcompile` → the beginning of its command line."""
    plugins: Path
    """The folder with `_PLUGIN`."""

    def run(self, program: str, *arguments: str, given: bytes) -> bytes:
        """What the program makes of its standard input."""
        done = subprocess.run(
            [*self.programs(program), *arguments],
            input=given,
            capture_output=True,
            timeout=TIMEOUT_S,
            env={**os.environ, "LD_LIBRARY_PATH": str(self.plugins)},
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr.decode(errors='replace').strip()[-300:]}")
        return done.stdout


def find_tools(cache: Path, report: Callable[[str], None]) -> FstTools:
    """The system's programs if it has them, else Debian's, fetched once into the cache."""
    program = shutil.which("fstcompile")
    plugin = next(Path("/usr/lib").glob(f"*/fst/*/{_PLUGIN}"), None)
    if program and plugin:
        return FstTools(lambda name: (str(Path(program).with_name(name)),), plugin.parent)
    root = PrivateRoot(PACKAGE, cache / PACKAGE, _prove_tools)
    root.ensure(report)
    library = min((path.name for path in root.libraries.glob("libfst.so.*")), key=len)
    plugins = f"libfst{library.removeprefix('libfst.so.')}-plugins-base"
    plugin_root = PrivateRoot(plugins, cache / PACKAGE / "plugins", _prove_plugin)
    plugin_root.ensure(report)
    folder = _plugin_of(plugin_root.tree).parent
    return FstTools(lambda name: _with_library(root.command(f"bin/{name}"), folder), folder)


def _with_library(command: tuple[str, ...], folder: Path) -> tuple[str, ...]:
    """A loader that is told where to look looks nowhere else."""
    place = command.index("--library-path") + 1
    return (*command[:place], f"{command[place]}:{folder}", *command[place + 1 :])


def _prove_tools(root: PrivateRoot, tree: Path) -> str:
    return run_proof((*root.command("bin/fstcompile", tree=tree), "--help")).splitlines()[0]


def _prove_plugin(_: PrivateRoot, tree: Path) -> str:
    return _plugin_of(tree).name


def _plugin_of(tree: Path) -> Path:
    if found := next(tree.rglob(_PLUGIN), None):
        return found
    raise ProvisionError(f"Debian's packages of OpenFst lack {_PLUGIN}", retryable=False)


@contextmanager
def _temporary(path: Path) -> Iterator[Path]:
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def compile_sounds(tools: FstTools, text: str, folder: Path) -> tuple[bytes, dict[int, int]]:
    """HCL as Vosk composes it with a grammar while it listens; and the words' new numbers, old → new."""
    sorted_graph = tools.run("fstarcsort", "--sort_type=olabel", given=tools.run("fstcompile", given=text.encode()))
    with _temporary(folder / "relabel.txt") as pairs:
        graph = tools.run(
            "fstconvert", "--fst_type=olabel_lookahead", f"--save_relabel_opairs={pairs}", given=sorted_graph
        )
        renumbered = [line.split() for line in pairs.read_text().splitlines()]
    return graph, {int(old): int(new) for old, new in renumbered}


def compile_words(tools: FstTools, text: str) -> bytes:
    """G, for whoever recognises without a grammar."""
    graph = tools.run("fstarcsort", "--sort_type=ilabel", given=tools.run("fstcompile", given=text.encode()))
    return tools.run("fstconvert", "--fst_type=const", given=graph)
