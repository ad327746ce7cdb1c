import type { Problem } from './problem.ts';

export const dataErrors = {
  'data-file-missing': (): Problem => ({
    what: 'There is no such file.',
    advice: 'Check the path; paths in a recipe are relative to the folder of the recipe.',
  }),
  'data-file-folder': (): Problem => ({
    what: 'This is a folder, where a file is wanted.',
    advice: 'Name a file in it.',
  }),
  'data-file-unreadable': (d: { reason: string }): Problem => ({
    what: `The file cannot be read (${d.reason}).`,
    advice: 'Check its permissions and its size, and that the disk is there.',
  }),
  'data-file-lfs': (): Problem => ({
    what: 'This is the placeholder of a file that Git LFS keeps elsewhere, not the file itself.',
    advice: 'Run `git lfs pull` in its repository, or download the file again.',
  }),
  'data-file-empty': (d: { wanted: string }): Problem => ({
    what: `The file holds no ${d.wanted}.`,
    advice: 'Check that this is the right file and that it was written to its end.',
  }),
  'data-not-utf8': (d: { guess?: string }): Problem => ({
    what: `The text is not valid UTF-8${d.guess === undefined ? '' : ` (it looks like ${d.guess})`}.`,
    advice: 'Save the file as UTF-8, for example with `iconv -f OLD -t UTF-8`.',
  }),
  'data-line-endless': (d: { megabytes: number }): Problem => ({
    what: `This line is longer than ${d.megabytes} MB.`,
    advice: 'Write one sentence or document a line; a large text is never taken for one line.',
  }),
  'data-file-changed': (): Problem => ({
    what: 'The file has changed since the run began to read it.',
    advice: 'Leave the data of a run as they are until it ends; start it anew with the file as it is now.',
  }),
  'data-conllu-columns': (d: { found: number; line: string }): Problem => ({
    what: `A line of CoNLL-U has 10 columns, separated by tabs; this one has ${d.found}: ${quote(d.line)}.`,
    advice: 'Mend the line, and check that an editor did not turn the tabs into blanks.',
  }),
  'data-conllu-empty': (d: { column: string }): Problem => ({
    what: `The column ${d.column} is empty.`,
    advice: 'Write `_` where a value is not known.',
  }),
  'data-conllu-head': (d: { head: string; words?: number }): Problem => ({
    what:
      d.words === undefined
        ? `The head ${quote(d.head)} is not the number of a word.`
        : `The head ${quote(d.head)} is not the number of a word of this sentence, which has ${d.words}.`,
    advice: 'Write 0 for the root, the number of a word, or `_`.',
  }),
  'data-word-id': (d: { id: string; expected: number }): Problem => ({
    what: `The first column is ${quote(d.id)}, where the word number ${d.expected} is expected.`,
    advice: 'Number the words of a sentence from 1, and put a blank line between two sentences.',
  }),
  'data-columns-count': (d: { found: number; line: string }): Problem => ({
    what: `A line must hold a word and its tag; this one has ${d.found} ${d.found === 1 ? 'column' : 'columns'}: ${quote(d.line)}.`,
    advice:
      'Write a word, a tab or a blank, and a tag (or four columns in every line, the tag last; or, separated by tabs: number, word, tag), with a blank line between sentences.',
  }),
  'data-column-absent': (d: { column: string }): Problem => ({
    what: `No word has a value in the column ${d.column}.`,
    advice: 'Name another column in task.column, or use a file in which this one is filled.',
  }),
  'data-squad-json': (): Problem => ({
    what: 'This is no JSON in the format of SQuAD.',
    advice:
      'Give a file {"data": [{"paragraphs": [{"context": "...", "qas": [...]}]}]}, whole and as one JSON object.',
  }),
  'data-squad-field': (d: { where: string; wanted: string }): Problem => ({
    what: `The file lacks ${d.wanted}${d.where === '' ? '' : ` in ${d.where}`}.`,
    advice:
      'Give a file in the format of SQuAD: data > paragraphs (context) > qas (id, question) > answers (text, answer_start).',
  }),
  'data-squad-answer': (d: { id: string; answer: string; offset: number; others: number }): Problem => ({
    what:
      `An answer of the question ${quote(d.id)} is not in its text at or near the character ${d.offset}: ${quote(d.answer)}.` +
      (d.others === 0 ? '' : ` ${d.others} more of this file are not, either.`),
    advice: 'Correct answer_start (it counts characters from 0) or the answer, or take the question out.',
  }),
  'data-no-answers': (): Problem => ({
    what: 'No question of this file has an answer.',
    advice:
      'Give a file with answers, as SQuAD 1.1 has them; questions that the text does not answer are left out.',
  }),
  'data-stride': (d: { stride: number; maxLength: number; most: number }): Problem => ({
    what: `Windows of ${d.maxLength} word pieces cannot overlap by ${d.stride}.`,
    advice:
      d.most < 0 ? 'Set a larger maxLength.' : `Set a stride of at most ${d.most}, or a larger maxLength.`,
  }),
  'data-tree-no-head': (d: { form: string }): Problem => ({
    what: `The word ${quote(d.form)} has no head.`,
    advice: 'Give each word a head and a relation, or take the sentence out.',
  }),
  'data-tree-self': (d: { form: string }): Problem => ({
    what: `The word ${quote(d.form)} is its own head.`,
    advice: 'Correct the column HEAD of the word: 0 for the root, or the number of another word.',
  }),
  'data-tree-cycle': (d: { words: readonly string[] }): Problem => ({
    what: `These words hang on one another in a circle: ${list(d.words)}.`,
    advice:
      'Correct the column HEAD of one of them, so that each word leads to the root, or take the sentence out.',
  }),
  'data-tree-rootless': (): Problem => ({
    what: 'No word of this sentence has the head 0, so its tree has no root.',
    advice: 'Give one word the head 0, or take the sentence out.',
  }),
  'data-unknown-relation': (d: { relation: string; known: readonly string[] }): Problem => ({
    what: `The relation ${quote(d.relation)} is none of those that the parser knows: ${list(d.known)}.`,
    advice:
      "Correct the relation, say which of these it stands for (--rename WRITTEN=RELATION, task.rename in a recipe), or name all relations of the treebank in the recipe's task.relations: [...], without subtypes.",
  }),
  'data-table-columns': (d: { found: number; wanted: number }): Problem => ({
    what: `This row has ${d.found} columns, and the header has ${d.wanted}.`,
    advice:
      'Mend the row; a comma inside a field of a .csv file wants quotes around the field, and a .tsv file knows no quotes.',
  }),
  'data-table-csv': (d: { reason: string }): Problem => ({
    what: `This is no row of a .csv file: ${d.reason}.`,
    advice: 'Put fields with commas, quotes or line ends into quotes, and double the quotes inside of them.',
  }),
  'data-table-json': (): Problem => ({
    what: 'This line is no JSON object.',
    advice: 'Write one object a line, such as {"text": "...", "label": "..."}.',
  }),
  'data-columns-conllu': (): Problem => ({
    what: 'The file is CoNLL-U (ten columns); column: tag reads a word and its tag, and would take lemmas for tags.',
    advice:
      'Set task.column in a recipe, column of the data file in a cell, or --column, to upos, xpos, feats or deprel.',
  }),
  'data-no-column': (d: { column: string; known: readonly string[] }): Problem => ({
    what: `There is no column ${quote(d.column)}; there are: ${list(d.known)}.`,
    advice:
      'Name the columns in task.text, task.pair and task.label, with --text, --pair and --label, in text, pair and label of the data file in a cell, or with Columns... in a compose bench.',
  }),
  'data-no-text': (d: { column: string }): Problem => ({
    what: `The column ${quote(d.column)} holds no text here.`,
    advice: 'Every row needs its text: fill it in or take the row out.',
  }),
  'data-column-twice': (d: { column: string }): Problem => ({
    what: `Two columns of this table are called ${quote(d.column)}.`,
    advice: 'Give one of them another name in the header.',
  }),
  'data-no-label': (d: { column: string }): Problem => ({
    what: `The column ${quote(d.column)} is empty here.`,
    advice: 'Every row needs a label: fill it in or take the row out.',
  }),
  'source-labels': (d: { name: string; labels: readonly string[]; others: readonly string[] }): Problem => ({
    what: `The source ${d.name} has no label in common with the others: ${d.labels.join(', ')}; there: ${d.others.join(', ')}.`,
    advice: 'Name labels alike in all sources (task.rename), or train a recipe for each.',
  }),
  'data-one-label': (d: { column: string; label: string }): Problem => ({
    what: `Every text has the label ${quote(d.label)} in the column ${quote(d.column)}: there is nothing to learn.`,
    advice: 'Name another column in task.label, or give data with two labels or more.',
  }),
  'data-unknown-label': (d: { label: string; known: readonly string[] }): Problem => ({
    what: `The label ${quote(d.label)} does not occur in the training data, whose labels are: ${list(d.known)}.`,
    advice:
      'Correct the label, say which of these it stands for (--rename WRITTEN=LABEL, task.rename in a recipe, rename in a cell), or train on data that has it, from a fresh head. Where a recipe has task.labels, these are the labels: it must name all that its data have.',
  }),
  'data-too-few-pieces': (d: { pieces: number; lines: number; blockSize: number }): Problem => ({
    what: `The text is too small: its ${d.lines} lines are ${d.pieces} word pieces, which do not fill one block of ${d.blockSize}.`,
    advice: 'Add text, or set a smaller mlm.blockSize.',
  }),
  'data-max-length': (d: { length: number; least: number }): Problem => ({
    what: `Sequences of ${d.length} word pieces leave no room for text.`,
    advice: `Set a length of at least ${d.least}.`,
  }),
  'data-tokenizer-missing': (): Problem => ({
    what: 'The folder has neither tokenizer.json nor vocab.txt nor sentencepiece.bpe.model.',
    advice:
      'Name a Hugging Face model folder; `AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER)` in Python writes tokenizer.json.',
  }),
  'data-tokenizer-broken': (d: { reason: string }): Problem => ({
    what: `The tokenizer cannot be used: ${d.reason}.`,
    advice: 'Download the file again, or write it anew with a recent version of transformers.',
  }),
  'data-tokenizer-special': (d: { role: string; tried: readonly string[] }): Problem => ({
    what: `The vocabulary has no ${d.role} piece (looked for ${list(d.tried)}).`,
    advice: `Use the tokenizer of a BERT or XLM-RoBERTa encoder, or name the piece as ${d.role}_token in tokenizer_config.json.`,
  }),
} satisfies Record<string, (details: never) => Problem>;

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
}

function list(items: readonly string[]): string {
  return items.length > 40
    ? `${items.slice(0, 40).join(', ')} and ${items.length - 40} more`
    : items.join(', ');
}
