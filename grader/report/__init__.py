"""Reports: pure functions of a record. Each module imports only what it draws with."""
