"""Why, why not, and what would help: the answers about a person that several rooms show."""
