"""What the pipeline costs, measured beside the least that an idempotent load can cost; never part of CI."""
