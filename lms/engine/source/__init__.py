"""Text with positions: spans, problems, YAML nodes, typed reading, front matter."""
