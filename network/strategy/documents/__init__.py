"""A strategy on paper: print view, PDF, DOCX and Markdown."""
