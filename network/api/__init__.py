"""GraphQL for ministries and the network: the contract, its limits and its HTTP door."""
