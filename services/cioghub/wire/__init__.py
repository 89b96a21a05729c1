"""Files and bytes to vocabulary and back."""
