"""Validate: says whether an event is well formed, in time and free of identifiers."""
