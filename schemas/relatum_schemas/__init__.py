"""What things are: the declaration language, selections, policies and shared words."""
