"""The published database in the formats that others read, one module a format.

Every export is made from the published database and its dictionary alone, so that none can say
anything else. A hidden figure is never 0 and never empty without its status.
"""
