"""What other machines may read of the site."""
