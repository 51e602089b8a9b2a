"""Soft targets and public spaces: what they are, who answers for them, when somebody last looked."""
