"""Partner organisations of a city: who they reach, whom to call, what was talked about, and which
outsiders stand for them."""
