"""What people type, as values: text goes in, a value and the repairs made come out."""
