"""The local certificate authority of the embedded default: plainly marked as not evidential."""
