"""Coverage-guided fuzzing with atheris, which has wheels for Linux only.

python -m tests.fuzz TARGET [--seconds N] [--corpus DIR] [--input FILE]
"""
