"""Measure the protection of whole nations."""
