"""Disclose: what one audience may read of an alert or a count."""
