"""A month of a small contact centre, as its help desk would export it."""
