"""What things are in the marketplace and what may happen to them; knows SQLModel, knows no HTTP."""
