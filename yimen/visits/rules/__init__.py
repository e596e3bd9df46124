"""What a month of visits is, who must be seen, and what may be written down. Plain Python."""
