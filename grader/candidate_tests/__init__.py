"""What a submission's own tests are worth: which known mistakes they notice."""
