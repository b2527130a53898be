"""The parts of the PostgreSQL store: its tables, its connections, and what is read from and written to them."""
