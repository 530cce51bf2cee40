"""Random answers, and whether the workbook and the validator say the same of them."""
