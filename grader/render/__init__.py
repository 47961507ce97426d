"""Views of the record: pure functions from reports to pages, tables and exports."""
