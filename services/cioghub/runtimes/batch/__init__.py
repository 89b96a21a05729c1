"""The batch runtime: files in, files out; the oracle of the others."""
