/** Recipes that `sft init` can write. */
export const recipeTemplates = ['language', 'pos', 'ner', 'nli', 'sentiment'] as const;
export type RecipeTemplate = (typeof recipeTemplates)[number];

/** What a template names; without them it has examples in their places. */
export interface TemplateOptions {
  readonly name?: string;
  readonly base?: string;
  /** Language of the data. */
  readonly language?: string;
  readonly data?: string;
  readonly validation?: string;
  /** SFTs to be added to the base of a task's recipe. */
  readonly apply?: readonly string[];
  /** Where the labels of a task's data are; upos by default. */
  readonly column?: 'upos' | 'tag';
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
  readonly task: string;
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
    task: '{ type: tagging, column: upos } # xpos and deprel too; tag for files with two columns (word, tag)',
    file: './data/LANGUAGE-PART.conllu',
    validate: '{ everySteps: 250, metric: accuracy, keepBest: true }',
  },
  ner: {
    ...tagging,
    what: 'named entities (B-PER, I-PER, O), learned from one language and used in others',
    name: 'ner',
    task: '{ type: tagging, column: tag } # files with a word and its tag a line, or numbered (.iob2)',
    file: './data/LANGUAGE-PART.iob2',
    validate: '{ everySteps: 250, metric: f1, keepBest: true }',
  },
  nli: {
    what: 'inference between two sentences, learned from one language and used in others',
    name: 'nli',
    task: '{ type: classification, text: premise, pair: hypothesis, label: label } # columns of the table',
    file: './data/LANGUAGE-PART.tsv',
    fullEpochs: 5,
    sparseEpochs: 5,
    optimizer: '{ learningRate: 2.0e-5, batchSize: 32, accumulate: 1 }',
    validate: '{ everySteps: 625, metric: accuracy, keepBest: true }',
  },
  sentiment: {
    what: 'sentiment, or any other classification of texts, learned from one language and used in others',
    name: 'sentiment',
    task: '{ type: classification, text: text, label: label } # columns of the table',
    file: './data/LANGUAGE-PART.tsv',
    fullEpochs: 5,
    sparseEpochs: 5,
    optimizer: '{ learningRate: 2.0e-5, batchSize: 4, accumulate: 2 }',
    validate: '{ everyEpochs: 1, metric: f1, keepBest: true }',
  },
};

function languageTemplate(options: TemplateOptions): string {
  const language = options.language ?? 'mt';
  return `# A language SFT: what the base model lacks of one language, learned from raw text.
# Train it with: sft train THIS-FILE. Only kind, base and data are required.
kind: language
name: ${quoted(options.name ?? language)}
language: ${quoted(language)} # tag of the language
base: ${quoted(options.base ?? './models/bert-base-multilingual-cased')} # a Hugging Face model folder; paths are relative to this file
data:
  text: ${quoted(options.data ?? `./data/${language}.txt`)} # UTF-8, one passage a line; a list of files is possible: [a.txt, b.txt]
  ${optionalField('validation', options.validation, `./data/${language}-dev.txt`)} # otherwise the first 5 % of the lines are held out

# preset: quick # to try things out: ends in minutes on a laptop

# What follows are the defaults, as in the paper; remove the # of a line to change it.
# mlm: { probability: 0.15, blockSize: 256 } # share of word pieces to be predicted; word pieces an example
# select: { k: 7667712 } # how many parameters may change; or density: 0.0433, a share of them
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
  const task = text.task.replace(/column: \w+/, (column) =>
    options.column ? `column: ${options.column}` : column,
  );
  const file = (part: string) => text.file.replace('LANGUAGE', language).replace('PART', part);
  return `# A task SFT: ${text.what}.
# Train it with: sft train THIS-FILE. Only kind, base and data are required.
kind: task
name: ${quoted(options.name ?? `${text.name}-${language}`)}
language: ${quoted(language)} # tag of the data's language
base: ${quoted(options.base ?? './models/bert-base-multilingual-cased')} # a Hugging Face model folder; paths are relative to this file
${applyField(options.apply, `./${language}.sft.safetensors`)} # SFTs added to the base before training: the language SFT of the data's language
task: ${task}
data:
  train: ${quoted(options.data ?? file('train'))} # a list of files is possible: [a, b]
  ${optionalField('validation', options.validation, file('dev'))}

# preset: quick # to try things out: ends in minutes on a laptop

# What follows are the defaults, as in the paper; remove the # of a line to change it.
# select: { k: 14155776 } # how many parameters may change; or density: 0.08, a share of them
# full: { epochs: ${text.fullEpochs}, l1: 0 } # the phase that shows which; or just steps: 1000
# sparse: { epochs: ${text.sparseEpochs}, l1: 0 } # the phase that trains them
# optimizer: ${text.optimizer}
# freeze: [layerNorm]
# validate: ${text.validate} # needs data.validation
seed: 1
`;
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
