"""Read notebooks that students hand in: cells, what they print, and what is written in them."""
