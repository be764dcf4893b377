"""`python -m mtqa` is `mtqa`."""

from .cli import main

main()
