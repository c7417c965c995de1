"""Rules of money that join the moves (being written)."""
