import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { encoderPrefixes } from '../core/canonicalNames.ts';
import { userError } from '../core/errors/userError.ts';
import { readError } from './fileErrors.ts';
import { jsonErrorLine } from './jsonError.ts';

type ModelType = keyof typeof encoderPrefixes;

/** What the encoder needs to know of a Hugging Face `config.json`. */
export interface ModelConfig {
  readonly modelType: ModelType;
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediateSize: number;
  readonly maxPositions: number;
  readonly typeVocabSize: number;
  readonly layerNormEps: number;
  readonly hiddenDropout: number;
  readonly attentionDropout: number;
  readonly padTokenId: number;
  readonly hiddenAct: 'gelu';
  /** The file as it is. */
  readonly raw: Readonly<Record<string, unknown>>;
}

const MOST_LAYERS = 1000;

const supported = 'model_type bert or xlm-roberta, activation gelu and absolute positions';

/**
 * Reads `config.json` of a model folder. Fields that it leaves out have transformers' defaults where these do not
 * decide the sizes of parameters.
 * @throws UserError `file-missing`, `model-no-config`, `model-config` (what is wrong, by key), `model-unsupported`
 */
export function readModelConfig(folder: string): ModelConfig {
  const file = join(folder, 'config.json');
  const raw = readConfigJson(folder, file);
  const unsupported = (reason: string) => userError('model-unsupported', { reason, supported }, { file });
  const modelType = raw.model_type;
  if (modelType === undefined) throw wrong('it has no model_type', file);
  if (!isModelType(modelType)) throw unsupported(`its model_type is ${show(modelType)}`);
  const hiddenAct = raw.hidden_act ?? 'gelu';
  if (hiddenAct !== 'gelu') throw unsupported(`its hidden_act is ${show(hiddenAct)}`);
  const positions = raw.position_embedding_type ?? 'absolute';
  if (positions !== 'absolute') throw unsupported(`its position_embedding_type is ${show(positions)}`);
  if (raw.is_decoder === true) throw unsupported('it is a decoder (is_decoder is true)');

  const size = (key: string) => sizeOf(raw, key, undefined, file);
  const config: ModelConfig = {
    modelType,
    vocabSize: size('vocab_size'),
    hiddenSize: size('hidden_size'),
    layers: layersOf(raw, file),
    heads: size('num_attention_heads'),
    intermediateSize: size('intermediate_size'),
    maxPositions: size('max_position_embeddings'),
    typeVocabSize: sizeOf(raw, 'type_vocab_size', 2, file),
    layerNormEps: fractionOf(raw, 'layer_norm_eps', 1e-12, file),
    hiddenDropout: fractionOf(raw, 'hidden_dropout_prob', 0.1, file),
    attentionDropout: fractionOf(raw, 'attention_probs_dropout_prob', 0.1, file),
    padTokenId: idOf(raw, 'pad_token_id', modelType === 'bert' ? 0 : 1, file),
    hiddenAct,
    raw,
  };
  if (config.hiddenSize % config.heads !== 0) {
    throw wrong(
      `hidden_size ${config.hiddenSize} is not a multiple of num_attention_heads ${config.heads}`,
      file,
    );
  }
  if (config.padTokenId >= config.vocabSize) {
    throw wrong(
      `pad_token_id ${config.padTokenId} is not one of its ${config.vocabSize} ids (vocab_size)`,
      file,
    );
  }
  return config;
}

function readConfigJson(folder: string, file: string): Record<string, unknown> {
  if (!existsSync(folder)) throw userError('file-missing', { path: folder });
  if (!statSync(folder).isDirectory() || !existsSync(file)) {
    throw userError('model-no-config', undefined, { file: folder });
  }
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw readError(error, file);
  }
  const json = parseJson(text.replace(/^\uFEFF/, ''), file);
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw wrong('it is not a JSON object', file);
  return json as Record<string, unknown>;
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const line = jsonErrorLine(text);
    const place = line === undefined ? { file } : { file, line };
    throw userError('model-config', { reason: 'it is not JSON' }, place);
  }
}

type Json = Readonly<Record<string, unknown>>;

function sizeOf(raw: Json, key: string, fallback: number | undefined, file: string): number {
  const value = raw[key] ?? fallback;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw wrong(
    value === undefined ? `it has no ${key}` : `${key} is ${show(value)} and not a positive integer`,
    file,
  );
}

function idOf(raw: Json, key: string, fallback: number, file: string): number {
  const value = raw[key] ?? fallback;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw wrong(`${key} is ${show(value)} and not an integer from 0 on`, file);
}

/** Parameters are named by layer before any weight is read: a number that was mistyped must not take for ever. */
function layersOf(raw: Json, file: string): number {
  const layers = sizeOf(raw, 'num_hidden_layers', undefined, file);
  if (layers <= MOST_LAYERS) return layers;
  throw wrong(`num_hidden_layers is ${layers}, and no model has more than ${MOST_LAYERS}`, file);
}

function fractionOf(raw: Json, key: string, fallback: number, file: string): number {
  const value = raw[key] ?? fallback;
  if (typeof value === 'number' && value >= 0 && value < 1) return value;
  throw wrong(`${key} is ${show(value)} and not a number from 0 to below 1`, file);
}

function isModelType(value: unknown): value is ModelType {
  return typeof value === 'string' && Object.hasOwn(encoderPrefixes, value);
}

function show(value: unknown): string {
  return JSON.stringify(value).slice(0, 60);
}

function wrong(reason: string, file: string): Error {
  return userError('model-config', { reason }, { file });
}
