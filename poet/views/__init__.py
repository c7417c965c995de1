"""The pages of survey, results and dashboard: thin, each asks a room and draws."""
