"""The journey on more than one machine: Kafka carries, PostgreSQL keeps."""
