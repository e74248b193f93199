"""Time: stamps that prove what existed when (RFC 3161), asked for, checked, and written into sealed files."""
