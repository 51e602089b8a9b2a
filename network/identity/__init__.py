"""People, the organisations they act for, their sessions, tokens and permissions."""
