"""Counting kernels: the Python face of native/, and for each kernel a readable body of the same meaning.

    texts.py        columns of texts: UTF-8 bytes and offsets, from lists or from Arrow buffers
    characters.py   lower case and classes of every code point
    counting.py     the native kernels: statistics of whole batches
    library.py      finding and loading native/
    tokens.py       readable: the tokenizers of BLEU and TER
    ngrams.py       readable: BLEU and chrF
    ter.py          readable: TER with its shifts
    words.py        words of two texts put against each other: readable and native in one file

The readable bodies are the specification; tests send every case through both and through sacrebleu.
"""
