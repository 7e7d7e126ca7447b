"""What the Standard says: PS3.15 Annex E as data with an edition."""
