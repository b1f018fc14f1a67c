"""Cartable: school records in, territorial statistics out, no person to be found in them."""

__version__ = "0.1.0"
