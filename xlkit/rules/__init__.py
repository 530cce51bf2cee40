"""What a form demands of answers: one small module for each kind of demand."""
