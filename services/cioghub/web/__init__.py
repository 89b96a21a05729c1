"""Doors to the hub for people and programs that use HTTP."""
