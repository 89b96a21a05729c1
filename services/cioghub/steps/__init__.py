"""The eight stages of the way of an event, each pure and independent of the others."""
