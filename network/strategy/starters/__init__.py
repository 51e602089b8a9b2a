"""Templates from which a city begins its strategy, maintained by the network."""
