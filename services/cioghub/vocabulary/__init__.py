"""The frozen words everyone speaks: plain values, no I/O, nothing of ours imported."""
