"""Trainings in the admin: their runs, their schedule, and the page that starts one."""
