"""Door 1: agencies publish, and see what became of it."""
