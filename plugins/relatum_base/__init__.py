"""What every business has: people, organizations, regions and the ties between them."""
