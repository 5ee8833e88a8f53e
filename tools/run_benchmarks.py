"""Runs every benchmark, whatever becomes of the others, and says in the end which failed.

python tools/run_benchmarks.py [FOLDER]
"""

import subprocess
import sys
from pathlib import Path


def run_all(root: Path) -> list[str]:
    """Run every script of `benchmarks/` in order, as `make bench` does; the names of those that failed."""
    failed = []
    for script in sorted((root / "benchmarks").glob("[a-z]*.py")):
        print(f"== benchmarks/{script.name}", flush=True)
        if subprocess.run((sys.executable, "-m", f"benchmarks.{script.stem}"), cwd=root, check=False).returncode:
            failed.append(script.stem)
    return failed


def main(arguments: list[str]) -> int:
    """Exit code 1 if one failed."""
    failed = run_all(Path(arguments[0]) if arguments else Path(__file__).resolve().parents[1])
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
