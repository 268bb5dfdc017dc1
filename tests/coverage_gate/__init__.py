"""The gate on branch coverage: how much of each room the plain tests of the fast set run, and the least share that they may run."""
