"""How much help a family needs: it carries over at a move, and is lowered for more than the move alone (M21)."""
