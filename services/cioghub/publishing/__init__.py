"""Publishing from an agency's own end: what is read, screened, keyed and sent to a live hub."""
