"""What may be asked of a community: categories, matters and their versions, materials."""
