from pathlib import Path

import pytest

from tools.speech_model.fst_tools import FstTools, _with_library, compile_sounds, compile_words


def test_what_goes_through_the_programs_comes_out_and_the_new_numbers_are_read(tmp_path: Path) -> None:
    script = tmp_path / "program"
    script.write_text(
        "#!/bin/sh\nfor word; do case $word in\n"
        "--save_relabel_opairs=*) echo '1 7\n2 5' > ${word#*=};;\nesac; done\ncat\n"
    )
    script.chmod(0o755)
    tools = FstTools(lambda _: (str(script),), tmp_path)
    assert compile_sounds(tools, "0 1 2 3\n", tmp_path) == (b"0 1 2 3\n", {1: 7, 2: 5})
    assert compile_words(tools, "0 0\n") == b"0 0\n"
    assert list(tmp_path.iterdir()) == [script]


def test_a_program_that_fails_is_named_with_what_it_said(tmp_path: Path) -> None:
    tools = FstTools(lambda name: ("sh", "-c", f"echo {name} broke >&2; exit 3"), tmp_path)
    with pytest.raises(RuntimeError, match="fstcompile: fstcompile broke"):
        tools.run("fstcompile", given=b"")


def test_a_private_program_finds_the_plugin_beside_its_own_libraries() -> None:
    command = ("ld.so", "--library-path", "/a:/b", "--argv0", "fstcompile", "/usr/bin/fstcompile")
    assert _with_library(command, Path("/c")) == (*command[:2], "/a:/b:/c", *command[3:])
