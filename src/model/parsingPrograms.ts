import type { InputSpec, ProgramSpec } from '../engine/program.ts';
import { arcScores, relationScores } from './heads/biaffine.ts';
import { batchInputs, headOutput, withoutDropout, type GraphModel } from './stepProgram.ts';
import { EXAMPLE_CANDIDATES } from './wordInputs.ts';

/** The states of the candidates [C, H] and the scores of their arcs [C x C] (dependent first), without dropout. */
export function arcProgram(model: GraphModel): ProgramSpec {
  return {
    inputs: batchInputs(model),
    gradients: [],
    accumulated: [],
    program: (inputs) => {
      const states = headOutput(model, withoutDropout(model, inputs));
      return { outputs: { states, arcs: arcScores(states, inputs).reshape([-1]) } };
    },
  };
}

const STATES: Omit<InputSpec, 'shape'> = { name: 'states', type: 'float32', varies: [0] };

/** The scores of the relations [C, R] to the given `heads` [C, C], from the states of an `arcProgram`. */
export function relationProgram({ config, parameters }: GraphModel): ProgramSpec {
  const head = [...parameters].filter(([name]) => name.startsWith('biaffine_rels'));
  return {
    inputs: [
      ...head.map(([name, shape]): InputSpec => ({ name, shape, type: 'float32' })),
      { ...STATES, shape: [EXAMPLE_CANDIDATES, config.hiddenSize] },
      {
        name: 'heads',
        shape: [EXAMPLE_CANDIDATES, EXAMPLE_CANDIDATES],
        type: 'float32',
        varies: [0, 1],
      },
    ],
    gradients: [],
    accumulated: [],
    program: (inputs) => ({ outputs: { relations: relationScores(inputs.states, inputs.heads, inputs) } }),
  };
}
