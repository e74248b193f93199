"""`make run`: the database, the server and the worker together, and how they come and go."""
