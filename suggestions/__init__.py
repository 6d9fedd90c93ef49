"""The product: what a client asks for and an operator steers."""
