"""Many papers of one officer, sealed with one PIN: each is brought, shown, and only then signed."""
