import type { InputSpec, ProgramSpec } from '../../engine/program.ts';
import type { ModelConfig } from '../../formats/modelConfig.ts';
import { encode } from '../../model/encoder.ts';
import type { Head } from '../../model/heads/head.ts';
import { distinctRows } from '../../model/ops/rows.ts';
import { EMBEDDED } from '../../model/stepProgram.ts';

/** Sizes with which the program is traced; both are free when it runs. */
const EXAMPLE = { rows: 2, length: 16 };

/** Names of the program's inputs beside the parameters. */
export const wholeInputs = { embedded: EMBEDDED, attention: 'attention', firsts: 'reads' };

/**
 * A model as it is handed on: it predicts for padded batches, at every position (or, where its head reads the first alone, of each
 * sequence). Takes `embedded` [rows x length, H], `attention` [rows, 1, length, length], and the positions that are read. Without a
 * head it gives the encoder's output.
 */
export function wholeProgram(
  config: ModelConfig,
  head: Head | undefined,
  parameters: ReadonlyMap<string, readonly number[]>,
): ProgramSpec {
  const { rows, length } = EXAMPLE;
  const inputs: InputSpec[] = [
    ...[...parameters].map(([name, shape]): InputSpec => ({ name, shape, type: 'float32' })),
    { name: EMBEDDED, shape: [rows * length, config.hiddenSize], type: 'float32', varies: [0] },
    { name: wholeInputs.attention, shape: [rows, 1, length, length], type: 'float32', varies: [0, 2, 3] },
    ...(head?.reads === 'first'
      ? [{ name: wholeInputs.firsts, shape: [rows], type: 'int32', varies: [0] } as const]
      : []),
  ];
  return {
    inputs,
    gradients: [],
    accumulated: [],
    program: (given) => {
      const context = { inputs: given, config, selectsQueries: false, dropoutScales: {} };
      const hidden = encode(context);
      if (head === undefined) return { outputs: { output: hidden } };
      const read = head.reads === 'first' ? distinctRows(hidden, given[wholeInputs.firsts]) : hidden;
      return { outputs: { output: head.output(context, read) } };
    },
  };
}
