"""Workspace-as-code for Clockify."""
