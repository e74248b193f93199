"""Judging sealed files: what may change after a seal, the chain of time, one seal, one stamp. `verify` puts it together."""
