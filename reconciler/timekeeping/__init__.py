"""Time entries: one write at a time, approved by a person and recorded. The reconciler's own plans never write them."""
