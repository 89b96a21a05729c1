"""Share: decides, per recipient and field, what may pass and which rules said so."""
