"""Plans, reports, runs and problems as text, Markdown, HTML and JSON. Pure: no printing, no environment."""
