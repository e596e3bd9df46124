"""What the register holds to be true, in plain Python."""
