"""Targets: the part of the manifests that a plan is limited to, by address patterns, with what that part needs."""
