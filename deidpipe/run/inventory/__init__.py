"""The inventory of a collection: every element x distinct value x count, with a risk and the proposed action."""
