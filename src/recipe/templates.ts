/** Recipes that `sft init` can write. */
export const recipeTemplates = ['language', 'pos', 'ner', 'parsing', 'nli', 'sentiment', 'qa'] as const;
export type RecipeTemplate = (typeof recipeTemplates)[number];

/** What a template names; without them it has examples in their places. */
export interface TemplateOptions {
  readonly name?: string;
  readonly base?: string;
  /** Language of the data; null where it is not known. */
  readonly language?: string | null;
  readonly data?: string;
  readonly validation?: string;
  /** SFTs to be added to the base of a task's recipe. */
  readonly apply?: readonly string[];
  /** Where the labels of a task's data are; upos by default. */
  readonly column?: 'upos' | 'tag';
  /** Columns of a task's table. */
  readonly columns?: ColumnRoles;
}

/** What the columns of a table are to classification. */
export interface ColumnRoles {
  readonly text: string;
  /** The second text of pairs; null for single texts. */
  readonly pair: string | null;
  readonly label: string;
}

/** The text of a commented recipe to start from: well-formed, with its files still to be named. */
export function recipeTemplate(template: RecipeTemplate, options: TemplateOptions = {}): string {
  return template === 'language' ? languageTemplate(options) : taskTemplate(taskTemplates[template], options);
}

type TaskTemplate = Exclude<RecipeTemplate, 'language'>;

/** What differs between the recipes of tasks. */
interface TaskText {
  readonly what: string;
  readonly name: string;
  /** The field's value, with a comment. */
  readonly task: (options: TemplateOptions) => string;
  /** Example of a file, `PART` for train or dev, `LANGUAGE` for the language's tag. */
  readonly file: string;
  readonly fullEpochs: number;
  readonly sparseEpochs: number;
  readonly optimizer: string;
  readonly validate: string;
}

const tagging = {
  fullEpochs: 3,
  sparseEpochs: 10,
  optimizer: '{ learningRate: 5.0e-5, batchSize: 8, accumulate: 1 }',
};

const taskTemplates: Readonly<Record<TaskTemplate, TaskText>> = {
  pos: {
    ...tagging,
    what: 'part-of-speech tagging, learned from a treebank of one language and used in others',
    name: 'pos',
    task: ({ column = 'upos' }) =>
      `{ type: tagging, column: ${column} } # xpos, feats and deprel too; tag for files with two columns (word, tag)`,
    file: './data/LANGUAGE-PART.conllu',
    validate: '{ everySteps: 250, metric: accuracy, keepBest: true }',
  },
  ner: {
    ...tagging,
    what: 'named entities (B-PER, I-PER, O), learned from one language and used in others',
    name: 'ner',
    task: ({ column = 'tag' }) =>
      `{ type: tagging, column: ${column} } # files with a word and its tag a line, or numbered (.iob2)`,
    file: './data/LANGUAGE-PART.iob2',
    validate: '{ everySteps: 250, metric: f1, keepBest: true }',
  },
  parsing: {
    ...tagging,
    what: 'dependency parsing, learned from a treebank of one language and used in others',
    name: 'parsing',
    task: () =>
      '{ type: parsing } # learnRoots: false leaves words at the root out of the loss, as the paper does',
    file: './data/LANGUAGE-PART.conllu',
    optimizer: '{ learningRate: 5.0e-5, batchSize: 8, accumulate: 1, weightDecay: 0.01 }',
    validate: '{ everySteps: 250, metric: las, keepBest: true }',
  },
  nli: {
    what: 'inference between two sentences, learned from one language and used in others',
    name: 'nli',
    task: ({ columns }) =>
      classification({ text: 'premise', pair: 'hypothesis', label: 'label', ...columns }),
    file: './data/LANGUAGE-PART.tsv',
    fullEpochs: 5,
    sparseEpochs: 5,
    optimizer: '{ learningRate: 2.0e-5, batchSize: 32, accumulate: 1 }',
    validate: '{ everySteps: 625, metric: accuracy, keepBest: true }',
  },
  sentiment: {
    what: 'sentiment, or any other classification of texts, learned from one language and used in others',
    name: 'sentiment',
    task: ({ columns }) => classification({ text: 'text', label: 'label', ...columns, pair: null }),
    file: './data/LANGUAGE-PART.tsv',
    fullEpochs: 5,
    sparseEpochs: 5,
    optimizer: '{ learningRate: 2.0e-5, batchSize: 4, accumulate: 2 }',
    validate: '{ everyEpochs: 1, metric: f1, keepBest: true }',
  },
  qa: {
    what: 'question answering by parts of texts, learned from one language and used in others',
    name: 'qa',
    task: () =>
      '{ type: questionAnswering } # JSON as SQuAD has it; stride: 128 word pieces are shared by windows of a long text',
    file: './data/LANGUAGE-PART.json',
    fullEpochs: 2,
    sparseEpochs: 2,
    optimizer: '{ learningRate: 3.0e-5, batchSize: 12, accumulate: 1 }',
    validate: '{ everySteps: 2000, metric: f1, keepBest: true }',
  },
};

function languageTemplate(options: TemplateOptions): string {
  const language = options.language ?? 'mt';
  return `# A language SFT: what the base model lacks of one language, learned from raw text.
# To train it: Train above the first line in VS Code, or sft train THIS-FILE. Only kind, base and data are required.
kind: language
name: ${quoted(options.name ?? language)}
${languageField(options.language, language)} # tag of the language
base: ${quoted(options.base ?? './models/bert-base-multilingual-cased')} # a Hugging Face model folder; paths are relative to this file
data:
  text: ${quoted(options.data ?? `./data/${language}.txt`)} # UTF-8, one passage a line; a list of files is possible: [a.txt, b.txt]
  ${optionalField('validation', options.validation, `./data/${language}-dev.txt`)} # otherwise the first 5 % of the lines are held out

# preset: quick # to try things out: ends in minutes on a laptop

# What follows are the defaults, as in the paper for mBERT; remove the # of a line to change it.
# mlm: { probability: 0.15, blockSize: 256 } # share of word pieces to be predicted; word pieces an example
# select: { k: 7667712 } # how many parameters may change; on other bases density: 0.0433, the same share
# full: { epochs: 100, minSteps: 10000, maxSteps: 100000, l1: 0.1 } # the phase that shows which; or just steps: 10000
# sparse: { epochs: 100, minSteps: 10000, maxSteps: 100000, l1: 0.1 } # the phase that trains them
# optimizer: { learningRate: 5.0e-5, batchSize: 4, accumulate: 2 }
# freeze: [layerNorm, decoder]
# validate: { everySteps: 1000, metric: loss, keepBest: true }
seed: 1
`;
}

function taskTemplate(text: TaskText, options: TemplateOptions): string {
  const language = options.language ?? 'en';
  const file = (part: string) => text.file.replace('LANGUAGE', language).replace('PART', part);
  return `# A task SFT: ${text.what}.
# To train it: Train above the first line in VS Code, or sft train THIS-FILE. Only kind, base and data are required.
kind: task
name: ${quoted(options.name ?? `${text.name}-${language}`)}
${languageField(options.language, language)} # tag of the data's language
base: ${quoted(options.base ?? './models/bert-base-multilingual-cased')} # a Hugging Face model folder; paths are relative to this file
${applyField(options.apply, `./${language}.sft.safetensors`)} # SFTs added to the base before training: the language SFT of the data's language
task: ${text.task(options)}
data:
  train: ${quoted(options.data ?? file('train'))} # a list of files is possible: [a, b]
  ${optionalField('validation', options.validation, file('dev'))}

# preset: quick # to try things out: ends in minutes on a laptop

# What follows are the defaults, as in the paper for mBERT; remove the # of a line to change it.
# select: { k: 14155776 } # how many parameters may change; on other bases density: 0.08, the same share
# full: { epochs: ${text.fullEpochs}, l1: 0 } # the phase that shows which; or just steps: 1000
# sparse: { epochs: ${text.sparseEpochs}, l1: 0 } # the phase that trains them
# optimizer: ${text.optimizer}
# freeze: [layerNorm]
# validate: ${text.validate} # needs data.validation
seed: 1
`;
}

function classification({ text, pair, label }: ColumnRoles): string {
  const columns = { text, ...(pair === null ? {} : { pair }), label };
  const fields = Object.entries(columns).map(([name, column]) => `${name}: ${quoted(column)}`);
  return `{ type: classification, ${fields.join(', ')} } # columns of the table`;
}

/** What the language is called, where that is not known to be unknown. */
function languageField(given: string | null | undefined, shown: string): string {
  return given === null ? `# language: ${shown}` : `language: ${quoted(shown)}`;
}

/** A field that is commented out unless it has a value. */
function optionalField(name: string, value: string | undefined, example: string): string {
  return value === undefined ? `# ${name}: ${example}` : `${name}: ${quoted(value)}`;
}

function applyField(files: readonly string[] | undefined, example: string): string {
  return files === undefined || files.length === 0
    ? `# apply: [${example}]`
    : `apply: [${files.map(quoted).join(', ')}]`;
}

/** A text as YAML: as it is where it cannot be taken for something else, in quotes elsewhere. */
export function quoted(text: string): string {
  return /^[A-Za-z./_][\w./-]*$/.test(text) &&
    !/^(true|false|null|\.nan|\.inf)$/i.test(text) &&
    !/^[.\d]+$/.test(text)
    ? text
    : JSON.stringify(text);
}
