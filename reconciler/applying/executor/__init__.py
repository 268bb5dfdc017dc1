"""The executor: which step starts when, on which thread, and why a run stops."""
