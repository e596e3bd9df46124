"""What the register can answer. Everything is within the actor's reach and masked."""
