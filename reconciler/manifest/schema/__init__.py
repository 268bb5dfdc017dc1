"""The JSON Schema of manifests, generated from the kinds."""
