"""The append-only Merkle log of decisions (RFC 6962 hashing), pure."""
