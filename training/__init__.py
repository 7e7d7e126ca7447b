"""How the text net is trained: synthetic text over real and made pictures. `make train`; see MODEL_CARD.md."""
