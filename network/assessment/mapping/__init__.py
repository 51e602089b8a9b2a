"""What exists already in the city, with its owner, its reach, and what it is against or for."""
