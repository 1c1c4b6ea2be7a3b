"""How things are said with a tone or an icon beside them: statuses of people, settings and plans."""
