"""The first page of everybody: what is new and where things stand."""
