import { gradientOf, type ResidentEntries } from '../program.ts';
import type { Graph, GraphConstant, GraphNode, GraphValue } from './graph.ts';

/**
 * Leaves inputs of which only some entries change inside the graph, as constants: these entries alone enter, and the gradient leaves
 * at them alone. Exact.
 */
export function residentInputs(graph: Graph, resident: ReadonlyMap<string, ResidentEntries>): Graph {
  if (resident.size === 0) return graph;
  const renamed = new Map<string, string>();
  const constants: GraphConstant[] = [...graph.constants];
  const before: GraphNode[] = [];
  const after: GraphNode[] = [];
  const float = (name: string, values: Float32Array) =>
    constants.push({ name, type: 'float32', shape: [values.length], values });
  const integers = (name: string, type: 'int32' | 'int64', values: readonly number[] | Int32Array) =>
    constants.push({ name, type, shape: [values.length], values });
  const enters = (value: GraphValue): GraphValue => {
    const { name, shape } = value;
    const entries = resident.get(name);
    if (entries === undefined) return value;
    const { indices, values } = entries;
    const whole = `${name}.whole`;
    float(`${name}.base`, values);
    integers(`${name}.at`, 'int32', Int32Array.from(indices));
    integers(`${name}.shape`, 'int64', shape);
    before.push(
      {
        op: 'ScatterElements',
        inputs: [`${name}.base`, `${name}.at`, name],
        outputs: [`${name}.flat`],
        attributes: { axis: { int: 0 } },
      },
      { op: 'Reshape', inputs: [`${name}.flat`, `${name}.shape`], outputs: [whole] },
    );
    renamed.set(name, whole);
    return { name, type: 'float32', shape: [indices.length] };
  };
  const inputs = graph.inputs.map(enters);
  const outputs = graph.outputs.map((value): GraphValue => {
    const name = [...resident.keys()].find((one) => gradientOf(one) === value.name);
    const entries = name === undefined ? undefined : resident.get(name);
    if (name === undefined || entries === undefined) return value;
    const flat = `${value.name}.flat`;
    renamed.set(value.name, `${value.name}.whole`);
    after.push(
      { op: 'Reshape', inputs: [`${value.name}.whole`, ALL], outputs: [flat] },
      {
        op: 'Gather',
        inputs: [flat, `${name}.at`],
        outputs: [value.name],
        attributes: { axis: { int: 0 } },
      },
    );
    return { name: value.name, type: 'float32', shape: [entries.indices.length] };
  });
  integers(ALL, 'int64', [-1]);
  const rename = (name: string) => renamed.get(name) ?? name;
  const nodes = graph.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
  }));
  return { ...graph, inputs, outputs, constants, nodes: [...before, ...nodes, ...after] };
}

const ALL = 'resident.all';
