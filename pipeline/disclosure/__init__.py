"""Protect published tables of counts: relations in; masks, bounds and proofs out.

Pure: arrays and declared structure only. Nothing here reads a file, a setting or a clock.
"""
