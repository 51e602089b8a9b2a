"""What a city knows about its threats and about who is vulnerable, and what it does about them already."""
