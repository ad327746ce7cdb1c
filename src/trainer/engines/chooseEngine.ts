import { arch, cpus } from 'node:os';
import manifest from '../../../package.json' with { type: 'json' };
import type { EngineChoice, EngineName } from '../../core/engineNames.ts';
import { userError } from '../../core/errors/userError.ts';
import type { EngineCandidate, EngineProbe } from '../../engine/choose/candidate.ts';
import { candidates as allCandidates } from '../../engine/choose/candidates.ts';
import type { Engine } from '../../engine/engine.ts';
import { guarded } from '../../engine/engineFailure.ts';
import { homePaths } from '../../home/home.ts';
import { liveEntries } from '../../home/liveEntries.ts';
import { bytesText } from '../../protocol/bytesText.ts';
import { deviceBytes, deviceMemory, tokensThatFit } from './deviceMemory.ts';
import { readSpeeds, rememberSpeeds, type MeasuredEngine } from './speeds.ts';
import { tryOut, type TryOut } from './trials.ts';
import { shapeKey, type TrialShape } from './trialShape.ts';

export interface ChooseOptions {
  readonly threads: number;
  /** What is to be computed; where it is not told, `auto` does not measure. */
  readonly shape?: TrialShape | undefined;
  /** Told before something is measured, which takes a while. */
  readonly onMeasure?: ((name: EngineName) => void) | undefined;
  /** SFT_HOME's folder of fetched engines, and the file of what has been measured. */
  readonly home?: { readonly engines: string; readonly speeds: string };
  readonly candidates?: readonly EngineCandidate[];
  readonly tryOut?: TryOut;
  /** Whether another run computes on this machine now: what is measured beside it is not remembered. */
  readonly isBusy?: () => Promise<boolean>;
  /** Bytes of an engine's device; for tests. */
  readonly memory?: typeof deviceMemory;
}

/** Milliseconds in which an engine must have shown what it can, however slow the others are. */
const PATIENCE = 60_000;
/** What did not work is tried again after a day: a driver may have been installed. */
const FAILURE_LASTS = 24 * 3600_000;

/**
 * The engine that is asked for; `auto` is the fastest that is here, measured once a machine and shape. Of what is native, it loads our own
 * engine for the processor at the most.
 * @throws UserError `engine-not-here`, `engine-none`, `engine-too-small`
 */
export async function chooseEngine(choice: EngineChoice, options: ChooseOptions): Promise<Engine> {
  const { threads, candidates = allCandidates, home = homePaths() } = options;
  const setting = { threads, engines: home.engines };
  const candidate = choice === 'auto' ? await fastest(candidates, options) : byName(candidates, choice);
  const probe = await candidate.probe(setting);
  if (!probe.found) throw userError('engine-not-here', { ...probe, name: candidate.name });
  const lack = await lackOfMemory(candidate.name, options);
  if (lack !== undefined) throw userError('engine-too-small', { name: candidate.name, ...lack });
  return guarded(await candidate.open(setting), candidate.onDevice);
}

/** What a device lacks for even a small run of the shape; undefined where it does not, or nobody tells. */
async function lackOfMemory(
  name: EngineName,
  { shape, memory = deviceMemory }: ChooseOptions,
): Promise<{ needed: string; there: string } | undefined> {
  const there = shape === undefined ? null : await memory(name);
  if (shape === undefined || there === null || tokensThatFit(shape, there) !== undefined) return undefined;
  return { needed: bytesText(deviceBytes(shape, shape.microTokens)), there: bytesText(there) };
}

function byName(candidates: readonly EngineCandidate[], name: EngineName): EngineCandidate {
  const found = candidates.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`There is no engine called ${name}.`);
  return found;
}

async function fastest(
  candidates: readonly EngineCandidate[],
  options: ChooseOptions,
): Promise<EngineCandidate> {
  const { home = homePaths(), shape } = options;
  const probed = await Promise.all(
    candidates.map(async (candidate) => ({ candidate, probe: await candidate.probe(home) })),
  );
  const found = probed.filter(({ probe }) => probe.found);
  const fits = await Promise.all(
    found.map(async ({ candidate }) => (await lackOfMemory(candidate.name, options)) === undefined),
  );
  const competing = found.filter(({ candidate }, i) => candidate.competes && fits[i]);
  const [first] = competing;
  const [last] = found;
  if (last === undefined) {
    const reason = probed.find(({ candidate }) => candidate.name === 'cpu')?.probe.words ?? 'none is known';
    throw userError('engine-none', { reason });
  }
  if (first === undefined) return last.candidate;
  const best =
    competing.length === 1 || shape === undefined
      ? undefined
      : bestOf(await speedsOf(competing, shape, options));
  const chosen = best === undefined ? first.candidate : byName(candidates, best);
  // Where native code is forbidden, or its libraries are missing, perhaps since it was measured; else it says why it does not work
  // when it is used.
  const isBroken = ((await chosen.problem?.()) ?? null) !== null;
  const resort = found.find(({ candidate }) => !candidate.competes);
  return isBroken ? (resort?.candidate ?? chosen) : chosen;
}

/** The name of the fastest that works. */
export function bestOf(measured: readonly MeasuredEngine[]): EngineName | undefined {
  let best: { readonly name: EngineName; readonly seconds: number } | undefined;
  for (const { name, seconds } of measured)
    if (seconds !== null && (best === undefined || seconds < best.seconds)) best = { name, seconds };
  return best?.name;
}

interface Found {
  readonly candidate: EngineCandidate;
  readonly probe: EngineProbe;
}

async function speedsOf(
  competing: readonly Found[],
  shape: TrialShape,
  {
    threads,
    onMeasure,
    home = homePaths(),
    tryOut: attempt = tryOut,
    isBusy = anotherComputes,
  }: ChooseOptions,
): Promise<readonly MeasuredEngine[]> {
  const machine = machineKey(competing, threads);
  const key = shapeKey(shape);
  const known = (await readSpeeds(home.speeds))[key];
  const time = Date.now();
  if (known?.machine === machine) {
    const failed = known.engines.some(({ seconds }) => seconds === null);
    if (!failed || (time >= known.time && time - known.time < FAILURE_LASTS)) return known.engines;
  }
  const engines: MeasuredEngine[] = [];
  const busyBefore = await isBusy();
  for (const { candidate } of competing) {
    const { name } = candidate;
    onMeasure?.(name);
    const { seconds, problem } = await attempt({ name, threads, engines: home.engines, shape }, PATIENCE);
    engines.push({ name, seconds: seconds ?? null, problem: problem ?? null });
  }
  // Who was the fastest beside another run need not be when alone.
  if (!busyBefore && !(await isBusy())) await rememberSpeeds(home.speeds, key, { machine, time, engines });
  return engines;
}

async function anotherComputes(): Promise<boolean> {
  const entries = await liveEntries(homePaths().live);
  return entries.some(({ status, pid }) => status === 'running' && pid !== process.pid);
}

/** What speeds depend on beside the shape. */
function machineKey(competing: readonly Found[], threads: number): string {
  const engines = competing.map(({ candidate, probe }) => `${candidate.name}: ${probe.words}`);
  return [
    cpus()[0]?.model.trim() ?? '',
    arch(),
    `${threads} threads`,
    `Node ${process.versions.node.split('.')[0]}`,
    manifest.version,
    ...engines,
  ].join('; ');
}
