"""Schedules: each task calls one step and returns a receipt."""
