"""The nouns: frozen values, and no behaviour but what follows from their own fields."""
