"""What events say about rules and model, and how sure that is."""
