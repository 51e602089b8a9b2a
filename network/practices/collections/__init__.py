"""Collections: practices in an order with an introduction, made by the network's curators."""
