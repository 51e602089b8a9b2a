"""What the main things cost, as ratios against something plain in the same run: ``make bench``."""
