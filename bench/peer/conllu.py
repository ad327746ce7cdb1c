"""Words and universal parts of speech of a CoNLL-U file."""


def read_tagged(path):
    """A list of (words, tags), one a sentence; multi-word tokens, empty nodes and words without a tag are left out."""
    sentences, words, tags = [], [], []
    with open(path, encoding='utf-8') as lines:
        for line in [*lines, '']:
            line = line.rstrip('\n')
            if not line:
                if words:
                    sentences.append((words, tags))
                words, tags = [], []
            elif not line.startswith('#'):
                number, word, _, tag = line.split('\t')[:4]
                if number.isdigit() and tag != '_':
                    words.append(word)
                    tags.append(tag)
    return sentences
