"""The reading room of the trail: a case as a timeline, the trail book, unusual use, and proofs to take away."""
