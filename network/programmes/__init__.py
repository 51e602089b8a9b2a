"""Prevention programmes: what they are for, what took place and for how many, whether it helped."""
