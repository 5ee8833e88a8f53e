"""`python -m hotline`: the same as `hotline`."""

from hotline.cli import main

main(prog_name="hotline")
