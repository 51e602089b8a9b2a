"""Emergency response: plans written before, exercises, and what is done on the day."""
