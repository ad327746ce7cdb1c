import { INVERSE_SCALE } from '../program.ts';
import type { Graph, GraphConstant, GraphNode, GraphValue } from './graph.ts';

/** With which gradients are multiplied. */
export const inverseScale: GraphValue = { name: INVERSE_SCALE, shape: [], type: 'float32' };

/** What a value's numbers are stored as; everything that is no float32 is `other`. */
type Width = 'half' | 'single' | 'other';

/** ONNX's numbers of element types, for its operator Cast. */
const FLOAT16 = 10;
const FLOAT32 = 1;

/** Their sums are made in single precision wherever there are units for it; what they read and write is stored in half. */
const PRODUCTS = new Set(['Gemm', 'FusedMatMul']);
/** Weights that stay on a device but for some entries (`resident.ts`). */
const STORED = new Set(['ScatterElements']);
/** They move numbers, or work on each alone: what comes out is as wide as what goes in first. */
const FOLLOWING = new Set([
  'Reshape',
  'Transpose',
  'Slice',
  'Gather',
  'GatherND',
  'Expand',
  'Identity',
  'Neg',
  'Gelu',
]);
/** In half precision only if all that they read is. */
const WIDEST = new Set(['Add', 'Sub', 'Mul', 'Concat']);
/** Of operators that make something else than floats of their inputs. */
const NO_FLOATS = new Set(['Shape', 'ArgMax', 'Equal']);
/** Of those of FOLLOWING that do no more than move numbers. */
const isRounding = (op: string) => op === 'Gelu' || op === 'Neg' || !FOLLOWING.has(op);

export interface MixedOptions {
  /** Names of outputs that are gradients. */
  readonly gradients: ReadonlySet<string>;
  /**
   * For processors, which have no units for half precision: all is computed in single and rounded as it would be stored, since ONNX
   * Runtime would leave the roundings out.
   */
  readonly emulated: boolean;
}

/**
 * A training graph in mixed precision (Micikevicius et al., 2018): products, and what is stored between them, in half precision;
 * normalisation, softmax, loss, reductions and all that leaves the graph in single. Inputs stay single: they are the master weights.
 * The caller multiplies the loss by a scale, so that small gradients do not vanish; gradients are divided by it again: they are
 * multiplied with a further input, INVERSE_SCALE.
 */
export function mixedPrecision(graph: Graph, { gradients, emulated }: MixedOptions): Graph {
  const pass = newPass(graph, emulated);
  const outputs = new Map(graph.outputs.map((value) => [value.name, value] as const));
  for (const node of graph.nodes) {
    // The gradient's name is for what leaves the graph; inside, values are still scaled.
    const inner = node.outputs.map((name) =>
      outputs.get(name)?.type === 'float32' ? `${name}.inner` : name,
    );
    node.outputs.forEach((name, i) => pass.rename(name, inner[i]));
    pass.put({ ...node, outputs: inner });
  }
  for (const { name, type } of graph.outputs) {
    if (type === 'float32') pass.leave(name, gradients.has(name));
  }
  return { ...graph, inputs: [...graph.inputs, inverseScale], nodes: pass.nodes };
}

interface Pass {
  readonly nodes: readonly GraphNode[];
  rename(name: string, inner: string): void;
  put(node: GraphNode): void;
  /** Makes an output of what is computed for it. */
  leave(name: string, scaled: boolean): void;
}

function newPass(graph: Graph, emulated: boolean): Pass {
  const nodes: GraphNode[] = [];
  const widths = new Map<string, Width>();
  const renamed = new Map<string, string>();
  const all: readonly (GraphValue | GraphConstant)[] = [...graph.inputs, ...graph.constants];
  for (const { name, type } of all) widths.set(name, type === 'float32' ? 'single' : 'other');
  const widthOf = (name: string): Width => {
    const width = widths.get(name);
    if (width === undefined) throw new Error(`${name} is read before it is made.`);
    return width;
  };
  const as = (name: string, width: 'half' | 'single'): string => {
    const found = widthOf(name);
    if (found === 'other' || found === width || (emulated && width === 'single')) return name;
    const cast = `${name}.${width}`;
    if (!widths.has(cast)) {
      widths.set(cast, width);
      nodes.push(...(emulated ? rounded(name, cast) : [castTo(width, name, cast)]));
    }
    return cast;
  };
  return {
    nodes,
    rename: (name, inner) => renamed.set(name, inner),
    put(node) {
      const inputs = node.inputs.map((name) => renamed.get(name) ?? name);
      const width = widthOfNode(node, inputs.map(widthOf));
      const read = width === 'other' ? 'single' : width;
      const own = { ...node, inputs: inputs.map((name) => as(name, read)) };
      const rounds = emulated && width === 'half' && isRounding(node.op);
      nodes.push(rounds ? { ...own, outputs: node.outputs.map(wide) } : own);
      for (const name of node.outputs) {
        widths.set(name, width);
        if (rounds) nodes.push(...rounded(wide(name), name));
      }
    },
    leave(name, scaled) {
      const value = as(renamed.get(name) ?? name, 'single');
      nodes.push(
        scaled
          ? { op: 'Mul', inputs: [value, INVERSE_SCALE], outputs: [name] }
          : { op: 'Identity', inputs: [value], outputs: [name] },
      );
    },
  };
}

const wide = (name: string) => `${name}.wide`;

function castTo(width: 'half' | 'single', from: string, to: string): GraphNode {
  const type = { int: width === 'half' ? FLOAT16 : FLOAT32 };
  return { op: 'Cast', inputs: [from], outputs: [to], attributes: { to: type } };
}

/** To half precision and back. Two casts in a row would be left out, so the same shape again stands between them. */
function rounded(from: string, to: string): GraphNode[] {
  const [stored, shape, held] = ['stored', 'shape', 'held'].map((part) => `${to}.${part}`);
  return [
    castTo('half', from, stored),
    { op: 'Shape', inputs: [from], outputs: [shape] },
    { op: 'Reshape', inputs: [stored, shape], outputs: [held] },
    castTo('single', held, to),
  ];
}

/** What an operator makes of inputs of these widths. */
function widthOfNode({ op, attributes }: GraphNode, inputs: readonly Width[]): Width {
  if (PRODUCTS.has(op) || STORED.has(op)) return 'half';
  if (FOLLOWING.has(op)) return inputs[0] ?? 'other';
  if (WIDEST.has(op)) {
    if (inputs.includes('single')) return 'single';
    return inputs.includes('half') ? 'half' : 'other';
  }
  if (NO_FLOATS.has(op)) return 'other';
  if (op === 'Cast') {
    const to = attributes?.to;
    return to !== undefined && 'int' in to && to.int === FLOAT32 ? 'single' : 'other';
  }
  return 'single';
}
