"""Pulling: what is different in the workspace is taken over into the manifests, in place."""

from reconciler.manifest.pull.pull import Left, Pulled, pull

__all__ = ["Left", "Pulled", "pull"]
