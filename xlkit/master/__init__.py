"""The returns of a run as one whole: consolidated, written as a workbook, exported as Parquet."""
