"""Durable state, with an in-memory twin of each store."""
