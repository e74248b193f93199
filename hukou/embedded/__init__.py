"""The embedded PostgreSQL server and the supervisor of `make run`."""
