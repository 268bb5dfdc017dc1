"""The gate on branch coverage: how much of each room the fast set runs, and the least share that it may run."""
