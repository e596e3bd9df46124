"""Who looked at whom without a cause: unusual look-ups, judged every night and shown to the auditor."""
