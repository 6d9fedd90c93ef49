"""What people work with, whatever it is about: shared pieces of the admin, progress on a terminal."""
