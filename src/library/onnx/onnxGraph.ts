import type { Parameters } from '../../core/parameters.ts';
import type { Graph, GraphConstant, GraphValue } from '../../engine/graph/graph.ts';
import { standardOps } from '../../engine/graph/standard.ts';
import { trace } from '../../engine/trace/trace.ts';
import type { ModelConfig } from '../../formats/modelConfig.ts';
import { biaffineNames } from '../../model/heads/biaffine.ts';
import type { Head } from '../../model/heads/head.ts';
import { embeddingNames } from '../../model/names.ts';
import { graphModel } from '../../training/graphModel.ts';
import { parserOutputs, wordStarts } from './parserOutputs.ts';
import { cast, concatenate, integers, node, type Part } from './parts.ts';
import { wholeInputs, wholeProgram } from './wholeProgram.ts';

/**
 * A model as one graph with the inputs and outputs that Optimum's exports have, which transformers.js and others expect: `input_ids`,
 * `attention_mask` and, for BERT and what else has several types, `token_type_ids`, all int64 [batch, sequence]; `logits` ([batch, sequence, labels], or [batch,
 * labels]), `start_logits` and `end_logits` [batch, sequence], or `last_hidden_state` of a model without a head. Optimum knows no
 * parsers: these take `word_starts` too, and give `arc_scores` and `relation_scores` (`parserOutputs.ts`). The weights are its
 * constants.
 */
export async function onnxGraph(
  parameters: Parameters,
  config: ModelConfig,
  head: Head | undefined,
): Promise<Graph> {
  const shapes =
    head === undefined
      ? new Map([...parameters].map(([name, { shape }]) => [name, shape] as const))
      : graphModel(parameters, config, head).parameters;
  const isParser = head?.reads === 'words';
  const traced = standardOps(await trace(wholeProgram(config, isParser ? undefined : head, shapes)));
  const before = beforeEncoder(config);
  const after = isParser ? parserAfter(parameters, config) : afterHead(head, traced);
  const used = new Set([...before.nodes, ...traced.nodes, ...after.nodes].flatMap(({ inputs }) => inputs));
  const weights = [...parameters].flatMap(([name, { shape, values }]): GraphConstant[] =>
    used.has(name) ? [{ name, shape, type: 'float32', values }] : [],
  );
  return {
    inputs: [...before.inputs, ...(isParser ? [wordStarts] : [])],
    outputs: after.outputs,
    constants: [...weights, ...traced.constants, ...before.constants, ...after.constants],
    nodes: [...before.nodes, ...traced.nodes, ...after.nodes],
  };
}

const BATCH = [0, 1];

function input(name: string): GraphValue {
  return { name, type: 'int64', shape: [1, 1], varies: BATCH };
}

/** Whether a model's graph has the input `token_type_ids`: an XLM-RoBERTa has one type as a rule. */
export function takesTypes({ modelType, typeVocabSize }: ModelConfig): boolean {
  return modelType === 'bert' || typeVocabSize > 1;
}

/** From word-piece ids to the sums of embeddings and the mask that the encoder takes. */
function beforeEncoder(config: ModelConfig): Part & Pick<Graph, 'inputs'> {
  const { word, type } = embeddingNames(config);
  const isBert = config.modelType === 'bert';
  const hasTypes = takesTypes(config);
  const positions = isBert ? bertPositions(config) : robertaPositions(config);
  return {
    inputs: [input('input_ids'), input('attention_mask'), ...(hasTypes ? [input('token_type_ids')] : [])],
    constants: [
      integers('in.zero', [0], true),
      integers('in.one', [1], true),
      integers('in.first', [0]),
      integers('in.rows', [-1, config.hiddenSize]),
      integers('in.axes', [1, 2]),
      integers('in.single', [1]),
      { name: 'in.float1', type: 'float32', shape: [], values: [1] },
      { name: 'in.forbidden', type: 'float32', shape: [], values: [-1e9] },
      ...positions.constants,
    ],
    nodes: [
      node('Shape', ['input_ids'], 'in.shape'),
      node('Shape', ['input_ids'], 'in.batch', { start: { int: 0 }, end: { int: 1 } }),
      node('Shape', ['input_ids'], 'in.length', { start: { int: 1 }, end: { int: 2 } }),
      node('Squeeze', ['in.batch', 'in.first'], 'in.batchSize'),
      node('Squeeze', ['in.length', 'in.first'], 'in.size'),
      node('Gather', [word, 'input_ids'], 'in.words'),
      node('Gather', [type, hasTypes ? 'token_type_ids' : 'in.zero'], 'in.types'),
      ...positions.nodes,
      node('Add', ['in.words', 'in.types'], 'in.typed'),
      node('Add', ['in.typed', 'in.positions'], 'in.sum'),
      node('Reshape', ['in.sum', 'in.rows'], wholeInputs.embedded),
      cast('attention_mask', 'in.visible', 1),
      node('Sub', ['in.float1', 'in.visible'], 'in.hidden'),
      node('Mul', ['in.hidden', 'in.forbidden'], 'in.masked'),
      node('Unsqueeze', ['in.masked', 'in.axes'], 'in.broad'),
      concatenate(['in.batch', 'in.single', 'in.length', 'in.length'], 'in.maskShape'),
      node('Expand', ['in.broad', 'in.maskShape'], wholeInputs.attention),
      node('Range', ['in.zero', 'in.batchSize', 'in.one'], 'in.numbers'),
      node('Mul', ['in.numbers', 'in.size'], wholeInputs.firsts),
    ],
  };
}

/** 0, 1, 2 ... */
function bertPositions(config: ModelConfig): Part {
  const { position } = embeddingNames(config);
  return {
    constants: [],
    nodes: [
      node('Range', ['in.zero', 'in.size', 'in.one'], 'in.places'),
      node('Gather', [position, 'in.places'], 'in.positions'),
    ],
  };
}

/** Padding keeps its own number; the other pieces count from the next one. */
function robertaPositions(config: ModelConfig): Part {
  const { position } = embeddingNames(config);
  return {
    constants: [integers('in.pad', [config.padTokenId], true), integers('in.axis', [1], true)],
    nodes: [
      node('Equal', ['input_ids', 'in.pad'], 'in.isPad'),
      node('Not', ['in.isPad'], 'in.isPiece'),
      cast('in.isPiece', 'in.pieces', 7),
      node('CumSum', ['in.pieces', 'in.axis'], 'in.counted'),
      node('Mul', ['in.counted', 'in.pieces'], 'in.numbered'),
      node('Add', ['in.numbered', 'in.pad'], 'in.places'),
      node('Gather', [position, 'in.places'], 'in.positions'),
    ],
  };
}

/** From the encoder's output to the scores of a parser. */
function parserAfter(parameters: Parameters, config: ModelConfig): Part & Pick<Graph, 'outputs'> {
  const relations = parameters.get(biaffineNames(config).relations)?.shape[0] ?? 0;
  const places = 'words.places';
  const part = parserOutputs(config, relations, { hidden: 'output', shape: 'in.shape', places });
  return { ...part, nodes: [node('Range', ['in.zero', 'in.size', 'in.one'], places), ...part.nodes] };
}

/** From the head's output, a row a position, to what the batch's shape is. */
function afterHead(head: Head | undefined, traced: Graph): Part & Pick<Graph, 'outputs'> {
  const width = traced.outputs[0].shape.at(-1) ?? 0;
  const value = (name: string, shape: readonly number[]): GraphValue => ({
    name,
    type: 'float32',
    shape,
    varies: BATCH.slice(0, head?.reads === 'first' ? 1 : 2),
  });
  if (head?.reads === 'first') {
    return {
      outputs: [value('logits', [1, width])],
      constants: [],
      nodes: [node('Identity', ['output'], 'logits')],
    };
  }
  if (head?.reads === 'spans') {
    const sides = ['start_logits', 'end_logits'];
    return {
      outputs: sides.map((name) => value(name, [1, 1])),
      constants: sides.map((name, i) => integers(`${name}.column`, [i], true)),
      nodes: sides.flatMap((name) => [
        node('Gather', ['output', `${name}.column`], `${name}.flat`, { axis: { int: 1 } }),
        node('Reshape', [`${name}.flat`, 'in.shape'], name),
      ]),
    };
  }
  const name = head === undefined ? 'last_hidden_state' : 'logits';
  return {
    outputs: [value(name, [1, 1, width])],
    constants: [integers('out.width', [width])],
    nodes: [
      concatenate(['in.shape', 'out.width'], 'out.shape'),
      node('Reshape', ['output', 'out.shape'], name),
    ],
  };
}
