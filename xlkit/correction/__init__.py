"""What came back wrong goes back to its department, to be mended without starting again."""
