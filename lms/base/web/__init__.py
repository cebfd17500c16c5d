"""Pages: the Module manifest, identity, guards, forms, rendering, errors."""
