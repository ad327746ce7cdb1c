import { isEngineName, type EngineChoice } from '../../core/engineNames.ts';
import { UserError } from '../../core/errors/userError.ts';
import type { Engine } from '../../engine/engine.ts';
import { requirePrecision } from '../../engine/requirePrecision.ts';
import type { PreparedData } from '../prepare.ts';
import { chooseEngine } from './chooseEngine.ts';
import { deviceMemory, strideBytes, tokensThatFit } from './deviceMemory.ts';
import { trialShape } from './trialShape.ts';

export type OpenEngine = typeof chooseEngine;

export interface EngineWish {
  /** What the user asks for; `cpu` unless told. */
  readonly choice?: EngineChoice | undefined;
  /** The engine that a run had which goes on, or begins anew. */
  readonly before?: string | undefined;
  /** What a run falls back to whose engine failed. */
  readonly instead?: string | undefined;
  readonly threads: number;
  readonly open?: OpenEngine | undefined;
}

export interface RunEngine {
  readonly engine: Engine;
  /** Word pieces in one run, where the device has no room for as many as usual. */
  readonly microTokens?: number;
  /** Whether the device is known to have room for several steps in one run. */
  readonly strides?: boolean;
  readonly notes: readonly string[];
}

const LAST_RESORT =
  'No native engine can be loaded here, so the run computes in WebAssembly, which is several times slower; `sft doctor` says what is missing.';

const emulated = (name: string) =>
  `The engine ${name} has no units for half precision: it computes in single and rounds, which takes longer than precision: single.`;

/**
 * The engine of a run, decided once: a run that goes on keeps what it had, as long as that is here.
 * @throws UserError `engine-not-here`, `engine-none`, `engine-too-small`, `engine-single`
 */
export async function engineOfRun(
  { base, data, recipe }: Pick<PreparedData, 'base' | 'data' | 'recipe'>,
  { choice = 'cpu', before, instead, threads, open = chooseEngine }: EngineWish,
): Promise<RunEngine> {
  const { precision } = recipe;
  const shape = trialShape(base.config, data.head, data.outputs, precision);
  const options = { threads, shape };
  const named = instead ?? before;
  if (!isEngineName(named)) {
    const engine = await open(choice, options);
    requirePrecision(engine, precision);
    const notes = choice === 'auto' && engine.name === 'wasm' ? [LAST_RESORT] : [];
    return { engine, notes: [...notes, ...precisionNotes(engine)], ...(await roomFor(engine.name)) };
  }
  try {
    const engine = await open(named, options);
    requirePrecision(engine, precision);
    if (instead !== undefined) return { engine, notes: before === undefined ? precisionNotes(engine) : [] };
    return {
      engine,
      notes: before === undefined ? precisionNotes(engine) : [],
      ...(await roomFor(engine.name)),
    };
  } catch (error) {
    if (!(error instanceof UserError) || named === 'cpu') throw error;
    const { what } = error.problem;
    return {
      engine: await open('cpu', options),
      notes: [`${what} The run goes on on the processor.`],
    };
  }

  function precisionNotes({ name, halves }: Engine): string[] {
    return precision === 'mixed' && halves === 'emulated' ? [emulated(name)] : [];
  }

  async function roomFor(name: string): Promise<Pick<RunEngine, 'microTokens' | 'strides'>> {
    const there = isEngineName(name) ? await deviceMemory(name) : null;
    if (there === null) return {};
    // That it fits has been seen to when it was chosen.
    const microTokens = tokensThatFit(shape, there) ?? shape.microTokens;
    if (microTokens !== shape.microTokens) return { microTokens };
    return { strides: strideBytes(shape, microTokens) <= there };
  }
}
