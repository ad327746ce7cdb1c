import '@tensorflow/tfjs-backend-cpu';
import { findBackend } from '@tensorflow/tfjs-core';
import { isEngineName, type EngineName } from '../../src/core/engineNames.ts';
import { candidateOf } from '../../src/engine/choose/candidates.ts';
import { eagerEngine } from '../../src/engine/eager/eagerEngine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { homePaths } from '../../src/home/home.ts';

// Otherwise TensorFlow.js advertises its native backend on the error stream.
Reflect.set(findBackend('cpu'), 'firstUse', false);

/** How far an engine may be from what the reference computed. */
export interface Tolerances {
  /** Of the loss of a step. */
  readonly loss: number;
  /** Of the norm of all gradients. */
  readonly norm: number;
  /** Of an entry of a gradient, as a share of its parameter's norm. */
  readonly gradient: number;
  /** Of an entry of the SFT after a whole run; and of one that trains densely. */
  readonly diff: number;
  readonly dense: number;
  /** Of the score of an arc. */
  readonly score: number;
}

const usual: Tolerances = {
  loss: 3e-6,
  norm: 2e-5,
  gradient: 1e-5,
  diff: 2e-5,
  dense: 5e-5,
  score: 2e-5,
};

/** What each engine is held to: other orders of sums, and functions that are approximated otherwise. */
export const tolerances: Readonly<Record<EngineName | 'eager-cpu', Tolerances>> = {
  cpu: usual,
  'eager-cpu': usual,
  wasm: { ...usual, gradient: 2e-5 },
  'tfjs-node': { ...usual, loss: 5e-6 },
  // Cards add in any order; erf and exp are their drivers'.
  webgpu: { loss: 1e-5, norm: 5e-5, gradient: 3e-5, diff: 5e-5, dense: 1e-4, score: 5e-5 },
  cuda: { loss: 1e-5, norm: 5e-5, gradient: 3e-5, diff: 5e-5, dense: 1e-4, score: 5e-5 },
  'tfjs-node-gpu': { loss: 1e-5, norm: 5e-5, gradient: 3e-5, diff: 5e-5, dense: 1e-4, score: 5e-5 },
};

export interface TestedEngine extends Engine {
  readonly tolerances: Tolerances;
  /** Milliseconds that a test of it may take: a software adapter compiles shaders for half a minute. */
  readonly patience: number;
}

const PATIENCE = 60_000;
const DEVICE_PATIENCE = 900_000;

/** Those that run anywhere, or the one that SFT_ENGINE names; fetched ones are those of SFT_HOME. */
export const engines: readonly TestedEngine[] = await Promise.all(
  (process.env.SFT_ENGINE ?? 'cpu,eager-cpu,wasm').split(',').map(open),
);

async function open(name: string): Promise<TestedEngine> {
  if (name === 'eager-cpu')
    return { ...eagerEngine('cpu'), tolerances: tolerances[name], patience: PATIENCE };
  if (!isEngineName(name)) throw new Error(`SFT_ENGINE names no engine: ${name}`);
  const candidate = candidateOf(name);
  const setting = { threads: 2, engines: homePaths().engines };
  const probe = await candidate.probe(setting);
  if (!probe.found) throw new Error(`The engine ${name} is not here: ${probe.words}.`);
  const patience = candidate.onDevice ? DEVICE_PATIENCE : PATIENCE;
  return { ...(await candidate.open(setting)), tolerances: tolerances[name], patience };
}
