"""Many desks of one hub: a working week drawn from a seed, with the network cut and healed meanwhile."""
