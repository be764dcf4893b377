"""The package run as a program: `python -m mtqa` is `mtqa`."""

from .cli import main

main()
