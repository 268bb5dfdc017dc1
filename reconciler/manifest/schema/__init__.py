"""The JSON Schema of manifests, derived from the kinds."""
