"""What the vendor's reference pages say, what has changed there, and where spec/ differs."""
