"""The demonstration network: real open data of two cities, fictional people, clearly marked."""
