"""The resident's doors: guides, what to bring, follow, rate. No sign-in."""
