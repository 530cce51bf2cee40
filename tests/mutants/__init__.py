"""Sound returns, edited at random, and what must hold of whatever comes out.

python -m tests.mutants [--form NAME] [--number N] [--seed S] [--keep DIR] [--one NUMBER]
"""
