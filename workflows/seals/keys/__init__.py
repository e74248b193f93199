"""Where private keys are: files on this server, tokens, officers' own machines, the province's service."""
