"""A seeded city on real divisions; everything below the community is fictional and marked so."""
