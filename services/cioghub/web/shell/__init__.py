"""The layout, styles and headers that every page has."""
