import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encoderPrefixes, isMlmHead } from '../core/canonicalNames.ts';
import { applySftsInPlace, type CompositionOptions, pickHead } from '../core/composition.ts';
import { type UserError, userError } from '../core/errors/userError.ts';
import type { Parameter, Parameters } from '../core/parameters.ts';
import { universalRelations } from '../data/parsing.ts';
import { writeFileAtomically, writeFolderAtomically, writeTextAtomically } from '../formats/atomicFile.ts';
import { modelName } from '../formats/hubCache.ts';
import { type ModelConfig, readModelConfig, readModelParameters } from '../formats/modelFolder.ts';
import { writeSafetensors } from '../formats/safetensorsWriter.ts';
import { parseRecipe } from '../recipe/load.ts';
import type { SftReference } from '../recipe/sftReference.ts';
import { taskName, trainedFor } from '../recipe/taskNames.ts';
import { fingerprint } from './fingerprint.ts';
import { headOutputs, headTypes } from './headTypes.ts';
import { writeTokenizer } from './onnx/writeTokenizer.ts';
import { writeOnnxModel } from './onnx/writeOnnxModel.ts';
import { publishedUnsaid } from './publishedSfts.ts';
import { checkBase, type LoadedTerm, loadTerms } from './terms.ts';

export interface ExportOptions extends CompositionOptions {
  /** `safetensors`: as transformers loads it. `onnx`: as ONNX runtimes and transformers.js load it. */
  readonly format?: 'safetensors' | 'onnx' | undefined;
  /** Add SFTs of another base model all the same. */
  readonly force?: boolean | undefined;
  /** For an SFT that does not say its task: `tagging`, `classification`, or a name that stands for one of them. */
  readonly task?: string | undefined;
  /** For an SFT that does not say its labels. */
  readonly labels?: readonly string[] | undefined;
}

export interface Exported {
  /** The class of transformers that loads it. */
  readonly architecture: string;
  readonly warnings: readonly UserError[];
}

/**
 * Writes base + SFTs as an ordinary Hugging Face folder, which appears whole or not at all: `config.json` with architecture and
 * labels, `model.safetensors` in f32 or `onnx/model.onnx`, the base's tokenizer files. The model has what its class has and no more:
 * the head, and a pooler only where it is used. A parser, for which transformers has no class, becomes ONNX alone, with a README that
 * says what it takes and gives.
 * @throws UserError of reading and composition; `folder-exists`, `export-task`, `export-labels`, `export-no-pooler`, `export-parser`
 */
export async function exportModel(
  baseFolder: string,
  references: readonly SftReference[],
  out: string,
  options: ExportOptions = {},
): Promise<Exported> {
  const config = readModelConfig(baseFolder);
  const parameters = await readModelParameters(baseFolder, config);
  const terms = await loadTerms(references);
  const base = { name: modelName(baseFolder), fingerprint: fingerprint(parameters) };
  const warnings = checkBase(terms, base, options.force);
  const head = pickHead(terms, options);
  const decoder = outputMatrix(parameters, config, head);
  applySftsInPlace(parameters, terms, options);
  const architecture = architectureOf(parameters, config, head, options.task);
  if (isParser(architecture) && options.format !== 'onnx')
    throw userError('export-parser', undefined, { file: head?.file ?? baseFolder });
  const kept = keptParameters(parameters, config, architecture);
  if (architecture.endsWith('ForMaskedLM'))
    for (const [name, parameter] of decoder) kept.set(name, parameter);
  const file = head?.file ?? baseFolder;
  const outputs = headOutputs(kept);
  const told = options.labels ?? head?.metadata.labels;
  const listed =
    told === undefined && head !== undefined ? listedLabels(head, outputs, options.task) : undefined;
  if (listed !== undefined) warnings.push(userError('sft-labels-listed', { labels: listed }, { file }));
  const given =
    told ??
    listed ??
    (isParser(architecture) && outputs === universalRelations.length ? universalRelations : undefined);
  if (outputs !== undefined && given === undefined)
    warnings.push(userError('sft-no-labels', { outputs }, { file }));
  const labels = labelsOf(outputs, given, file);
  await writeFolderAtomically(out, async (folder) => {
    const json = exportedConfig(config, architecture, labels, kept);
    const more = options.format === 'onnx' ? await writeOnnxModel(folder, kept, config, architecture) : {};
    await writeTextAtomically(
      join(folder, 'config.json'),
      `${JSON.stringify({ ...json, ...more }, null, 2)}\n`,
    );
    await copyTokenizer(baseFolder, folder);
    if (options.format === 'onnx') return writeTokenizer(baseFolder, folder, config);
    const tensors = [...kept].map(([name, { shape, values }]) => ({ name, shape, values }));
    await writeSafetensors(join(folder, 'model.safetensors'), tensors, { format: 'pt' });
  });
  return { architecture, warnings };
}

type Role =
  | 'Model'
  | 'ForMaskedLM'
  | 'ForTokenClassification'
  | 'ForSequenceClassification'
  | 'ForQuestionAnswering'
  | 'ForBiaffineParsing';

const roles = { tagging: 'ForTokenClassification', classification: 'ForSequenceClassification' } as const;

/** What transformers and older files call tasks that have other names in recipes. */
const otherNames: Readonly<Record<string, keyof typeof roles>> = {
  'token-classification': 'tagging',
  'sequence-classification': 'classification',
};

const classPrefixes = { bert: 'Bert', 'xlm-roberta': 'XLMRoberta' } as const;

/** The language heads' parameters; the layer norm may be frozen, so that an SFT whose base has no head does not hold it. */
const mlmHeads = {
  bert: {
    trained: [
      'cls.predictions.bias',
      'cls.predictions.transform.dense.weight',
      'cls.predictions.transform.dense.bias',
    ],
    norm: 'cls.predictions.transform.LayerNorm',
    decoder: 'cls.predictions.decoder',
  },
  'xlm-roberta': {
    trained: ['lm_head.bias', 'lm_head.dense.weight', 'lm_head.dense.bias'],
    norm: 'lm_head.layer_norm',
    decoder: 'lm_head.decoder',
  },
} as const;

/**
 * What an output matrix of its own needs besides what base and SFTs have of it. Where a language SFT was trained with a frozen copy of
 * the base's word embeddings, the matrix: no SFT stores it, and tied to the changed embeddings the model would predict otherwise; it is
 * copied before anything is applied. And the bias under the matrix's own name, to which transformers no longer ties the head's.
 */
function outputMatrix(
  parameters: Parameters,
  config: ModelConfig,
  head: LoadedTerm | undefined,
): Map<string, Parameter> {
  const { trained, decoder } = mlmHeads[config.modelType];
  const word = parameters.get(`${encoderPrefixes[config.modelType]}embeddings.word_embeddings.weight`);
  const own = head?.sft.abs;
  const bias = own?.get(trained[0]);
  if (own === undefined || word === undefined || bias === undefined) return new Map();
  const matrix = `${decoder}.weight`;
  const isThere = own.has(matrix) || parameters.has(matrix);
  if (!isThere && tiesDecoder(head?.metadata.recipe)) return new Map();
  return new Map([
    ...(isThere ? [] : [[matrix, { shape: word.shape, values: word.values.slice() }] as const]),
    [`${decoder}.bias`, bias],
  ]);
}

/** Whether the recipe in an SFT's file tied the output matrix; the default is a copy. */
function tiesDecoder(recipe: string | undefined): boolean {
  if (recipe === undefined) return false;
  const read = parseRecipe(recipe, 'recipe').recipe;
  return read.kind === 'language' && read.mlm?.untie === false;
}

function architectureOf(
  parameters: Parameters,
  config: ModelConfig,
  head: LoadedTerm | undefined,
  task: string | undefined,
): string {
  return classPrefixes[config.modelType] + roleOf(parameters, head, task);
}

function roleOf(parameters: Parameters, head: LoadedTerm | undefined, task: string | undefined): Role {
  const names = [...(head?.sft.abs.keys() ?? [])];
  const classifier = names.find((name) => name.startsWith('classifier.'));
  if (head !== undefined && classifier !== undefined) return classifierRole(head, classifier, task);
  if (names.some((name) => name.startsWith('qa_outputs.'))) return 'ForQuestionAnswering';
  if (names.some((name) => name.startsWith('biaffine_'))) return 'ForBiaffineParsing';
  const isTrained = Object.values(mlmHeads).some(({ trained }) =>
    trained.every((name) => parameters.has(name)),
  );
  return isTrained ? 'ForMaskedLM' : 'Model';
}

/** Whether a classifier is one of words or of texts: as is said, as the list of published SFTs says, or as its parameters tell. */
function classifierRole(
  { sft, file, metadata }: LoadedTerm,
  classifier: string,
  task: string | undefined,
): Role {
  const possible = possibleTasks(sft);
  const said = task ?? metadata.task ?? publishedUnsaid(file, metadata)?.task;
  const name = taskName(otherNames[said ?? ''] ?? said);
  const type = name === undefined && possible.length === 1 ? possible[0] : name && trainedFor(name);
  if ((type === 'tagging' || type === 'classification') && possible.includes(type)) return roles[type];
  throw userError('export-task', { head: classifier }, { file });
}

function possibleTasks({ diffs, abs }: LoadedTerm['sft']): ReturnType<typeof headTypes> {
  return headTypes([...diffs.keys(), ...abs.keys()]);
}

/** What the list of published SFTs says of a head's outputs, whose file says nothing; undefined where it is of none, or of others. */
function listedLabels(
  { sft, file, metadata }: LoadedTerm,
  outputs: number | undefined,
  task: string | undefined,
): readonly string[] | undefined {
  const published = task === undefined ? publishedUnsaid(file, metadata) : undefined;
  if (published?.task === undefined || published.labels?.length !== outputs) return undefined;
  return possibleTasks(sft).includes(trainedFor(published.task)) ? published.labels : undefined;
}

function isParser(architecture: string): boolean {
  return architecture.endsWith('ForBiaffineParsing');
}

/** Which parameters the class has. Tied copies are not stored, as transformers does it. */
function keptParameters(
  parameters: Parameters,
  config: ModelConfig,
  architecture: string,
): Map<string, Parameter> {
  const prefix = encoderPrefixes[config.modelType];
  const pooler = `${prefix}pooler.`;
  const poolerNeeded = architecture === 'BertForSequenceClassification' || isParser(architecture);
  const poolerUsed = architecture.endsWith('Model') || poolerNeeded;
  const mlm = architecture.endsWith('ForMaskedLM');
  const kept = new Map<string, Parameter>();
  for (const [name, parameter] of parameters) {
    const isUsed = name.startsWith(pooler)
      ? poolerUsed
      : name.startsWith(prefix) ||
        (mlm ? isMlmHead(name) && !name.startsWith('cls.seq_') : isTaskHead(name, architecture));
    if (isUsed) kept.set(name, parameter);
  }
  if (mlm) addFreshNorm(kept, config);
  if (poolerNeeded && !kept.has(`${pooler}dense.weight`)) throw userError('export-no-pooler', undefined);
  return kept;
}

/** A layer norm that nobody trained nor stored is as it was made: weights 1, biases 0. */
function addFreshNorm(kept: Map<string, Parameter>, config: ModelConfig): void {
  const { norm } = mlmHeads[config.modelType];
  const shape = [config.hiddenSize];
  const fresh = (value: number) => ({ shape, values: new Float32Array(config.hiddenSize).fill(value) });
  if (!kept.has(`${norm}.weight`)) kept.set(`${norm}.weight`, fresh(1));
  if (!kept.has(`${norm}.bias`)) kept.set(`${norm}.bias`, fresh(0));
}

function isTaskHead(name: string, architecture: string): boolean {
  if (architecture.endsWith('ForQuestionAnswering')) return name.startsWith('qa_outputs.');
  if (isParser(architecture)) return name.startsWith('biaffine_');
  return architecture.endsWith('Classification') && name.startsWith('classifier.');
}

function labelsOf(
  outputs: number | undefined,
  given: readonly string[] | undefined,
  file: string,
): readonly string[] | undefined {
  if (outputs === undefined) return undefined;
  const labels = given ?? Array.from({ length: outputs }, (_, i) => `LABEL_${i}`);
  if (labels.length !== outputs)
    throw userError('export-labels', { labels: labels.length, outputs }, { file });
  return labels;
}

function exportedConfig(
  config: ModelConfig,
  architecture: string,
  labels: readonly string[] | undefined,
  kept: Parameters,
): Record<string, unknown> {
  const { _name_or_path: _, id2label: __, label2id: ___, num_labels: ____, ...raw } = config.raw;
  const untied = kept.has('cls.predictions.decoder.weight') || kept.has('lm_head.decoder.weight');
  return {
    ...raw,
    architectures: [architecture],
    torch_dtype: 'float32',
    ...(untied ? { tie_word_embeddings: false } : {}),
    ...(labels === undefined
      ? {}
      : {
          num_labels: labels.length,
          id2label: Object.fromEntries(labels.map((label, i) => [String(i), label])),
          label2id: Object.fromEntries(labels.map((label, i) => [label, i])),
        }),
  };
}

/** The tokenizer's files under any of the names that transformers knows. */
const tokenizerFile =
  /^(tokenizer.*\.json|tokenizer\.model|vocab\.(txt|json)|merges\.txt|.*\.bpe\.model|spiece\.model|special_tokens_map\.json|added_tokens\.json)$/;

async function copyTokenizer(from: string, to: string): Promise<void> {
  const files = (await readdir(from)).filter((name) => tokenizerFile.test(name));
  for (const name of files) {
    const bytes = await readFile(join(from, name));
    await writeFileAtomically(join(to, name), async (handle) => handle.writeFile(bytes));
  }
}
