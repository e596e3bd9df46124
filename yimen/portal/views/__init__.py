"""The resident's doors: no sign-in, no script needed."""
