"""What is true about the world: the packs (YAML), their schema, and the library made of them."""
