"""The demo's facts: one real département, and the scripts that draw them from public files."""
