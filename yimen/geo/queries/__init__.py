"""What is drawn, gathered from the rooms below."""
