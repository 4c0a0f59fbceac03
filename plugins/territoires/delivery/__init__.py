"""The way of a file: receive, read, validate, load, answer, each a plain function that can be killed and run again."""
