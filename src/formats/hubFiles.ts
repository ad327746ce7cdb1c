import { sftBinName } from './sftLocation.ts';

/** Which files of a repository on the Hugging Face Hub are read here. */
export interface HubChoice {
  readonly kind: 'base' | 'sft';
  /** Small ones first, so that the one that makes it whole comes last. */
  readonly files: readonly string[];
  /** Among them the list of further files, the shards of the weights. */
  readonly index?: string;
}

const indexEnd = '.index.json';
const weights = ['model.safetensors', 'pytorch_model.bin'].flatMap((name) => [name, `${name}${indexEnd}`]);
const small = ['config.json', 'tokenizer_config.json', 'special_tokens_map.json', 'added_tokens.json'];
/** The first that is there is read. A model of SentencePiece lies beside a tokenizer.json for other programs. */
const tokenizers = ['tokenizer.json', 'vocab.txt', 'sentencepiece.bpe.model'];

/**
 * Chooses from the names of a repository's top folder; undefined where it holds neither an SFT nor a base model. An SFT in
 * our format comes before the reference's `pytorch_diff.bin` beside it, which holds the same.
 */
export function chooseHubFiles(names: readonly string[]): HubChoice | undefined {
  const sfts = names.filter(isOurSft).sort();
  if (sfts.length > 0) return { kind: 'sft', files: sfts };
  if (names.includes(sftBinName)) return { kind: 'sft', files: [sftBinName] };
  const weight = weights.find((name) => names.includes(name));
  if (weight === undefined || !names.includes('config.json')) return undefined;
  const tokenizer = tokenizers.filter((name) => names.includes(name)).slice(0, 1);
  const files = [...small.filter((name) => names.includes(name)), ...tokenizer, weight];
  return weight.endsWith(indexEnd) ? { kind: 'base', files, index: weight } : { kind: 'base', files };
}

/** A plain file name: nothing that any system would take for a path, a drive, a stream or an option. */
export function isPlainName(name: string): boolean {
  return /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_. +()-]{0,199}$/u.test(name) && !/[. ]$/.test(name);
}

function isOurSft(name: string): boolean {
  return name.endsWith('.sft.safetensors') && isPlainName(name);
}
