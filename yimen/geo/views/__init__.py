"""Pages of towers and maps."""
