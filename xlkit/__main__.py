"""`python -m xlkit` is the `xlkit` program."""

from xlkit.cli import run

if __name__ == "__main__":
    run()
