"""A small partnership of the tests' own, unlike the shipped one, as files that `ciog` reads."""
