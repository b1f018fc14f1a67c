"""What everyone may read: the published database, its files and its first page.

Nothing is imported here: a query needs only `access`, and must start at once.
"""
