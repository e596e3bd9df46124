"""What happened: the audit trail and the outbox are the same row, read twice."""
