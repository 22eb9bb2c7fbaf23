"""Records as AWS shows them, by noun. No nulls; counts are counted here."""
