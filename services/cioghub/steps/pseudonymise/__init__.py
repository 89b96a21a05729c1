"""Pseudonymise: replaces linkable values by keyed pseudonyms, given the key as a value."""
