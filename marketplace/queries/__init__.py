"""Every select of the marketplace, a module per subject."""
