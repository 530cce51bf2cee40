"""From a form to the workbook that departments fill."""
