/** Recipes that `sft init` can write. */
export const recipeTemplates = ['language', 'pos'] as const;
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
  return template === 'language' ? languageTemplate(options) : posTemplate(options);
}

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

function posTemplate(options: TemplateOptions): string {
  const language = options.language ?? 'en';
  return `# A task SFT: part-of-speech tagging, learned from a treebank of one language and used in others.
# Train it with: sft train THIS-FILE. Only kind, base and data are required.
kind: task
name: ${quoted(options.name ?? `pos-${language}`)}
language: ${quoted(language)} # tag of the data's language
base: ${quoted(options.base ?? './models/bert-base-multilingual-cased')} # a Hugging Face model folder; paths are relative to this file
${applyField(options.apply, `./${language}.sft.safetensors`)} # SFTs added to the base before training: the language SFT of the data's language
task: { type: tagging, column: ${options.column ?? 'upos'} } # xpos and deprel too; tag for files with two columns (word, tag)
data:
  train: ${quoted(options.data ?? `./data/${language}-train.conllu`)} # a list of files is possible: [a.conllu, b.conllu]
  ${optionalField('validation', options.validation, `./data/${language}-dev.conllu`)}

# preset: quick # to try things out: ends in minutes on a laptop

# What follows are the defaults, as in the paper; remove the # of a line to change it.
# select: { k: 14155776 } # how many parameters may change; or density: 0.08, a share of them
# full: { epochs: 3, l1: 0 } # the phase that shows which; or just steps: 1000
# sparse: { epochs: 10, l1: 0 } # the phase that trains them
# optimizer: { learningRate: 5.0e-5, batchSize: 8, accumulate: 1 }
# freeze: [layerNorm]
# validate: { everySteps: 250, metric: accuracy, keepBest: true } # needs data.validation
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
function quoted(text: string): string {
  return /^[A-Za-z./_][\w./-]*$/.test(text) &&
    !/^(true|false|null|\.nan|\.inf)$/i.test(text) &&
    !/^[.\d]+$/.test(text)
    ? text
    : JSON.stringify(text);
}
