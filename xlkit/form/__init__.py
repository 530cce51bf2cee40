"""Form definitions: the language, its loader, and what a definition says at a glance."""
