"""What the machinery of models asks the product for: labels, and what became of the answers."""
