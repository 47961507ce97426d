"""Grades in the forms that course platforms read: pure functions of the records."""
