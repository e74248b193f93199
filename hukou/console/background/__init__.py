"""Background jobs for who runs the system: what failed, what waits, and trying again."""
