"""Tables of the numbers that countries give to people, their patients among them."""
