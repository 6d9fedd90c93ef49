"""What the pages of several rooms say about a transaction or a suggestion, and to whom."""
