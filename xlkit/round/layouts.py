"""The layouts that a round's workbooks were sent with: an upgrade moves no cell of them."""
