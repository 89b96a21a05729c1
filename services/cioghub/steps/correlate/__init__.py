"""Correlate: folds pseudonymous incidents into signals of emerging issues."""
