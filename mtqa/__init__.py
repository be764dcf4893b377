"""mtqa: what is wrong in a machine translation, where, and may we accept it?"""

__version__ = "0.1.0"
