"""Still pages of a folder of results: who read what, and what the hub made of it."""
