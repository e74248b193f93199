"""The parts of verifying: ranges of the log, the rows of one block, the numbering, and what stands outside the database."""
