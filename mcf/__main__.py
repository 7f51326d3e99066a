"""`python -m mcf`."""

from mcf.cli import main

if __name__ == "__main__":
    main()
