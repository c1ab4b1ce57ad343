"""`make bench-peers`: Matala beside NLP.js and naive rapidfuzz, taught the same and asked the same, in one run."""
