"""Taking returned workbooks in: screen, read, compare, cast."""
