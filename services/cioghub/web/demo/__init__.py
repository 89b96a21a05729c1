"""The first page of a demo, on which a visitor chooses whom to be; no other hub has it."""
