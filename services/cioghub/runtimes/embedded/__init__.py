"""One process, no broker: the whole journey on a durable local log."""
