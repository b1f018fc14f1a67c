"""What senders send beside plain tables of text: unpacked and laid out as one.

Runs in the process apart: bytes come in pieces and go in pieces, and nothing is written anywhere.
"""
