"""What the platform's operator does with organisations: pages and commands, no content of any."""
