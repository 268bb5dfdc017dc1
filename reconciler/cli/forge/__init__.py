"""The surroundings of `reconciler forge`: what a CI job says of itself, and the summaries that earlier steps wrote."""
