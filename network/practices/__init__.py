"""Practice examples: what cities did, how sure it is that it worked, and how to find it."""
