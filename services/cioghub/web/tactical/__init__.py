"""Door 2: the tactical group and the chairs read, and act."""
