"""Three drivers of one journey."""
