"""What happens to things: from the catalogue to tables, reading, writing and access."""
