"""`python -m eightbyeight.cli`."""

from eightbyeight.cli import main

main()
