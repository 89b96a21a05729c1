"""The hub's database: SQLite for one process, PostgreSQL for several, by the same tables."""
