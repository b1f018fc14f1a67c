"""The composition: each step takes a workspace, does one thing once, and returns a receipt."""
