"""What every live hub does alike, in one process or in several: judges events, tells effects."""
