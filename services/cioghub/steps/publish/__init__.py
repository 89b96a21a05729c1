"""Publish: gives an agency's record its event id, source, schema and area key."""
