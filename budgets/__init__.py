"""Everything with a pound sign. Imports `cases`."""
