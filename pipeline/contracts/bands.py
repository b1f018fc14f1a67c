"""How sure the band around a figure is whose counts were moved to protect persons."""

CONFIDENCE_PCT = 95
"""The least chance, in percent, with which a band holds the figure that the exact counts make."""
ERROR = 1 - CONFIDENCE_PCT / 100
"""The greatest chance with which it does not."""
