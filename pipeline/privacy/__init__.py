"""What is kept of persons: pseudonyms and minimisation. Pure: arrays and keys in, arrays out."""
