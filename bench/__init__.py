"""The measurements: how to run and read them is in bench/README.md."""
