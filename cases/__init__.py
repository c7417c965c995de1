"""The person and their journey. Imports no other app of ours."""
