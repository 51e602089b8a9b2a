"""What a city says, to whom and through whom; and the false claims that it watches and answers."""
