"""What the city may and may not do, who decided so, and which policies of others bear on it."""
