"""The shell of every page: layout, components, forms, charts, security headers, error pages."""
