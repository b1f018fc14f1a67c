"""Notices: mail and webhook, the two ways by which a word of ours leaves the house.

A notice is made of receipts, refusals and names of ours. It holds no value of a delivery.
"""
