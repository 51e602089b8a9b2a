"""Pictures and documents that belong to a practice, with alternative text, licence and who made them."""
