import { constants } from 'node:fs';
import { access, mkdtemp, rm, stat } from 'node:fs/promises';
import { arch, cpus, platform, release } from 'node:os';
import { dirname, join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { UserError, userError } from '../core/errors/userError.ts';
import { compiledEngine } from '../engine/compiled/compiledEngine.ts';
import { candidates } from '../engine/choose/candidates.ts';
import { engineMissing, thisMachine } from '../engine/compiled/platform.ts';
import { engineVersion } from '../engine/compiled/version.ts';
import { systemCode } from '../formats/fileErrors.ts';
import { homePaths } from '../home/home.ts';
import { liveEntries } from '../home/liveEntries.ts';
import { nodeWords } from '../home/nodes/judge.ts';
import { chosenOf, findNodes, type ChosenNode, type FoundNode } from '../home/nodes/nodes.ts';
import { probeNode } from '../home/nodes/probe.ts';
import {
  engineProblemKind,
  type EngineFinding,
  type DoctorFacts,
  type DoctorProblem,
  type EngineFacts,
  type HomeFacts,
  type NodeFinding,
} from '../protocol/doctor.ts';
import { tryOut } from './engines/trials.ts';
import { measureSpeed } from './estimate.ts';
import { defaultThreads } from './job.ts';
import { freeDisk, machineMemory } from './machine.ts';
import { thisNode } from './thisNode.ts';

export interface DoctorOptions {
  /** The setting `sft.nodePath`. */
  readonly configured?: string | undefined;
  /** Our program `probe.js`. */
  readonly program: string;
}

/** Below this, checkpoints of a large model hardly find room. */
const LITTLE_DISK = 2e9;

/** Looks at the machine: what there is, what training would use, what is missing. */
export async function examineMachine({ configured, program }: DoctorOptions): Promise<DoctorFacts> {
  const { cache, live, engines } = homePaths();
  const { engine, problem: engineProblem } = await examineEngine(program);
  const found = await findNodes({ configured, program, cache, anew: true });
  const { chosen, problem } = choice(found);
  const home = await examineHome();
  const problems: DoctorProblem[] = problem === undefined ? [] : [problem];
  if (engineProblem !== undefined) problems.push(engineProblem);
  problems.push(...homeProblems(home));
  return {
    version: 1,
    sft: manifest.version,
    node: { words: thisNode, path: process.execPath },
    system: { platform: platform(), arch: arch(), release: release(), libc: libc() },
    processor: {
      model: cpus()[0]?.model.trim() ?? 'unknown processor',
      cores: cpus().length,
      threads: defaultThreads(),
    },
    memory: machineMemory(),
    engine,
    engines: await examineEngines(engine, engines),
    home,
    nodes: found.map((one) => finding(one, chosen)),
    liveRuns: await countLive(live),
    problems,
  };
}

/** In a process of its own first: a binary for another processor ends the one that loads it. */
async function examineEngine(program: string): Promise<{ engine: EngineFacts; problem?: DoctorProblem }> {
  const probe = await probeNode(process.execPath, { program });
  if ('failure' in probe) return broken(probe.failure);
  const { engineError, sharedMemory } = probe.facts;
  if (engineError !== null) return broken(engineError);
  try {
    const flopsPerSecond = await measureSpeed(compiledEngine({ threads: defaultThreads() }));
    const works = { version: engineVersion, problem: null, problemWords: null };
    return { engine: { ...works, sharedMemory, flopsPerSecond } };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return broken(error.problem.what);
  }
}

/** Milliseconds in which an engine must have multiplied two matrices; shaders are compiled first. */
const PATIENCE = 60_000;

/** Every engine, tried out in a process of its own where it is here; our own on the processor has been. */
async function examineEngines(own: EngineFacts, folder: string): Promise<EngineFinding[]> {
  const found: EngineFinding[] = [];
  for (const { name, title, probe } of candidates) {
    const looked = { name, title, ...(await probe({ engines: folder })) };
    const { problem = null, flopsPerSecond = null } = !looked.found
      ? {}
      : name === 'cpu'
        ? own
        : await tryOut({ name, engines: folder, threads: defaultThreads() }, PATIENCE);
    found.push({ ...looked, problem, flopsPerSecond });
  }
  return found;
}

/** What a reason means: for this machine, or else as the system's loader tells it. */
function broken(text: string): { engine: EngineFacts; problem: DoctorProblem } {
  const reason = text.replace(/\.$/, '');
  const missing = engineMissing(thisMachine());
  const { words, advice } = engineProblemKind(reason);
  const facts = { version: engineVersion, sharedMemory: false, flopsPerSecond: null };
  if (missing !== undefined) {
    const { problem } = userError('engine-missing', { reason: missing });
    return { engine: { ...facts, problem: missing, problemWords: missing }, problem };
  }
  return {
    engine: { ...facts, problem: reason, problemWords: words },
    problem: { what: `The engine (ONNX Runtime ${engineVersion}) ${words}: ${reason}.`, advice },
  };
}

function choice(found: readonly FoundNode[]): { chosen?: ChosenNode; problem?: DoctorProblem } {
  try {
    return { chosen: chosenOf(found) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { problem: error.problem };
  }
}

function finding({ path, source, verdict }: FoundNode, chosen: ChosenNode | undefined): NodeFinding {
  const isChosen =
    verdict.works &&
    chosen?.source === source &&
    (chosen.path === path || chosen.path === verdict.facts.execPath);
  return {
    path,
    source,
    words: verdict.works ? nodeWords(verdict.facts) : null,
    problem: verdict.works ? null : verdict.reason,
    chosen: isChosen,
  };
}

async function examineHome(): Promise<HomeFacts> {
  const { home } = homePaths();
  return {
    path: home,
    given: (process.env.SFT_HOME ?? '') !== '',
    writable: await isWritable(home),
    freeDisk: await freeDisk(home),
  };
}

/** By trying; where there is no folder yet, by whether its nearest parent lets one be made. */
async function isWritable(folder: string): Promise<boolean> {
  try {
    if (!(await stat(folder)).isDirectory()) return false;
    await rm(await mkdtemp(join(folder, '.sft-doctor-')), { recursive: true });
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    return code === 'ENOENT' && dirname(folder) !== folder && (await mayWriteIn(dirname(folder)));
  }
}

async function mayWriteIn(folder: string): Promise<boolean> {
  try {
    await access(folder, constants.W_OK);
    return (await stat(folder)).isDirectory();
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    return code === 'ENOENT' && dirname(folder) !== folder && mayWriteIn(dirname(folder));
  }
}

function homeProblems({ path, writable, freeDisk: free }: HomeFacts): DoctorProblem[] {
  if (!writable) {
    return [
      {
        what: `SFT_HOME cannot be written: ${path}.`,
        advice:
          process.platform === 'win32'
            ? 'Name a folder of yours: `setx SFT_HOME %USERPROFILE%\\sft-studio`.'
            : 'Name a folder of yours: `export SFT_HOME="$HOME/sft-studio"`.',
      },
    ];
  }
  if (free === null || free >= LITTLE_DISK) return [];
  return [
    {
      what: `Little room is left on the disk of SFT_HOME: ${(free / 1e9).toFixed(1)} GB.`,
      advice: 'Make room, or name a folder on another disk with the variable SFT_HOME.',
    },
  ];
}

/** What cannot be read is for `sft runs` to say. */
async function countLive(live: string): Promise<number> {
  try {
    return (await liveEntries(live)).length;
  } catch (error) {
    if (error instanceof UserError) return 0;
    throw error;
  }
}

/** The C library, by which Linux systems differ. */
function libc(): string | null {
  const { libc: version } = thisMachine();
  if (version === undefined) return null;
  return version === 'other' ? 'no glibc' : `glibc ${version}`;
}
