import { realpath } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import manifest from '../../../package.json' with { type: 'json' };
import { userError } from '../../core/errors/userError.ts';
import { nodeCandidates, type NodeCandidate, type NodeSource, type NodeSurroundings } from './candidates.ts';
import { isLastResort, judgeProbe, nodeWords, type Probe, type Verdict } from './judge.ts';
import {
  fileStamp,
  isFresh,
  type ProbeMemory,
  readMemory,
  type RememberedProbe,
  writeMemory,
} from './memory.ts';
import { probeNode } from './probe.ts';

export interface NodeOptions {
  /** The setting `sft.nodePath`. */
  readonly configured?: string | undefined;
  /** Our program `probe.js`. */
  readonly program: string;
  /** `homePaths().cache`. */
  readonly cache: string;
  /** Milliseconds until a candidate that does not answer is given up; 5000 by default. */
  readonly patience?: number;
  /** Whether each candidate is probed anew, whatever is remembered. */
  readonly anew?: boolean;
  /** Instead of this process's own. */
  readonly around?: Partial<Omit<NodeSurroundings, 'configured'>>;
}

/** A Node that can train. */
export interface ChosenNode {
  /** What is to be started. Electron's wants ELECTRON_RUN_AS_NODE=1. */
  readonly path: string;
  readonly source: NodeSource;
  readonly version: string;
  readonly electron: boolean;
  /** For people: `plain Node 24.21.0`, `Electron's Node 22.1.0`. */
  readonly words: string;
}

/** A Node that was found, and whether it can train. */
export interface FoundNode extends NodeCandidate {
  readonly verdict: Verdict;
}

/**
 * The Node in which runs train: the first candidate that works, and before those that do so without native code all others.
 * @throws UserError `node-configured` where the one that the user set does not work, `node-none`
 */
export async function chooseNode(options: NodeOptions): Promise<ChosenNode> {
  const choice = newChoice();
  for await (const found of judged(options)) {
    const chosen = choice.take(found);
    if (chosen !== undefined) return chosen;
  }
  return choice.end();
}

/** Every Node on this machine that is looked for, in the order of preference, and whether it works. */
export async function findNodes(options: NodeOptions): Promise<FoundNode[]> {
  const found: FoundNode[] = [];
  for await (const one of judged(options)) found.push(one);
  return found;
}

/**
 * Which of those found trains.
 * @throws UserError as `chooseNode`
 */
export function chosenOf(found: readonly FoundNode[]): ChosenNode {
  const choice = newChoice();
  for (const one of found) {
    const chosen = choice.take(one);
    if (chosen !== undefined) return chosen;
  }
  return choice.end();
}

/** Looks at candidates in their order: `take` gives the one that is chosen as soon as that is clear, `end` when there are no more. */
function newChoice() {
  const reasons: string[] = [];
  let last: ChosenNode | undefined;
  return {
    take(found: FoundNode): ChosenNode | undefined {
      const chosen = asChosen(found);
      if (chosen === undefined || !found.verdict.works) {
        refuseConfigured(found);
        reasons.push(`${found.path}: ${reasonOf(found)}`);
        return undefined;
      }
      // What the user has set is taken as it is.
      if (found.source === 'setting' || !isLastResort(found.verdict.facts)) return chosen;
      last ??= chosen;
      return undefined;
    },
    end(): ChosenNode {
      if (last === undefined) throw userError('node-none', { reasons });
      return last;
    },
  };
}

/** A setting that does not work is never passed over in silence. */
function refuseConfigured(found: FoundNode): void {
  if (found.source === 'setting')
    throw userError('node-configured', { path: found.path, reason: reasonOf(found) });
}

function reasonOf({ verdict }: FoundNode): string {
  return verdict.works ? '' : verdict.reason;
}

function asChosen({ path, source, verdict }: FoundNode): ChosenNode | undefined {
  if (!verdict.works) return undefined;
  const { facts } = verdict;
  // The binary itself: what a version manager's stand-in leads to depends on the folder in which it is started.
  const started = source === 'path' ? facts.execPath : path;
  return {
    path: started,
    source,
    version: facts.version,
    electron: facts.electron !== null,
    words: nodeWords(facts),
  };
}

/** Candidates one after another, each judged when it is asked for; one binary under several names comes once. */
async function* judged(options: NodeOptions): AsyncGenerator<FoundNode> {
  const file = join(options.cache, 'nodes.json');
  let memory = await readMemory(file);
  const seen = new Set<string>();
  for (const candidate of nodeCandidates(surroundings(options))) {
    const { path, source } = candidate;
    const real = await realPath(path);
    // A folder of the PATH without a node is nothing to speak of.
    if (source === 'path' && (real === undefined || seen.has(real))) continue;
    if (real !== undefined) seen.add(real);
    if (source === 'setting' && !isAbsolute(path)) {
      yield { ...candidate, verdict: { works: false, reason: 'it is not an absolute path' } };
      continue;
    }
    const remembered = await probeOf(path, options, memory);
    if (remembered.entry !== undefined) {
      memory = { ...memory, [path]: remembered.entry };
      await writeMemory(file, memory);
    }
    yield { ...candidate, verdict: judgeProbe(remembered.probe) };
  }
}

/** What is known of a candidate, or what a probe tells now: then with an entry to be remembered. */
async function probeOf(
  path: string,
  { program, patience, anew = false }: NodeOptions,
  memory: ProbeMemory,
): Promise<{ probe: Probe; entry?: RememberedProbe }> {
  const stamped = await fileStamp(path);
  if (stamped === undefined) return { probe: { failure: 'it is not there' } };
  const stamp = { ...stamped, engine: manifest.dependencies['onnxruntime-node'], program };
  const known = memory[path];
  if (!anew && known !== undefined && isFresh(known, stamp, await binaryOf(known.probe), Date.now()))
    return { probe: known.probe };
  const probe = await probeNode(path, { program, ...(patience === undefined ? {} : { patience }) });
  return { probe, entry: { stamp, time: Date.now(), probe, binary: await binaryOf(probe) } };
}

async function binaryOf(probe: Probe): Promise<RememberedProbe['binary']> {
  return 'facts' in probe ? ((await fileStamp(probe.facts.execPath)) ?? null) : null;
}

function surroundings({ configured, around }: NodeOptions): NodeSurroundings {
  return {
    configured,
    execPath: process.execPath,
    electron: process.versions.electron,
    path: process.env.PATH,
    platform: process.platform,
    ...around,
  };
}

async function realPath(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch {
    return undefined; // nothing there
  }
}
