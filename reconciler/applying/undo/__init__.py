"""Undo: the effects of a recorded run, and the desired state that reverses them."""
