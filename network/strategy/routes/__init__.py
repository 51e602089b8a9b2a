"""The pages of strategies, of the action plan, and of invited partners."""
