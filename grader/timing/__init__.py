"""How fast a submission is: beside the reference, on sizes that grow."""
