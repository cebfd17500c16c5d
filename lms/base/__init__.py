"""Infrastructure: `store` keeps rows, `web` serves pages; neither knows the other."""
