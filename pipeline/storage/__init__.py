"""Keys, sealed files and the zones that hold them."""
