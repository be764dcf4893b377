"""The parts of the page: the overview, the cards of the segments, the data; beside them its style, script and frame."""
