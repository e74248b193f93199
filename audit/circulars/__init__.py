"""Circulars (通报): what a month came to, office by office; frozen once, corrected by new versions only."""
