"""What people say is right: end users by their feedback, staff by a label."""
