"""`python -m clausegraph`: the command line."""

from clausegraph.cli import main

if __name__ == "__main__":
    main()
