"""What pages send, read into plain values."""
