"""Picture: the frozen fortnightly picture of each audience."""
