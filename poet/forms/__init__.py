"""The forms of survey, results and dashboard filters: shape only, the rules are in actions."""
