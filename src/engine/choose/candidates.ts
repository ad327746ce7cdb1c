import { engineNames, type EngineName } from '../../core/engineNames.ts';
import { onnxCandidates } from './onnxCandidates.ts';
import { tensorflowCandidates } from './tensorflowCandidates.ts';
import type { EngineCandidate } from './candidate.ts';

const table = new Map(
  [...onnxCandidates, ...tensorflowCandidates].map((candidate) => [candidate.name, candidate] as const),
);

/** Every engine that there can be, in the order in which they are told. */
export const candidates: readonly EngineCandidate[] = engineNames.map(candidateOf);

export function candidateOf(name: EngineName): EngineCandidate {
  const found = table.get(name);
  if (found === undefined) throw new Error(`There is no engine called ${name}.`);
  return found;
}
