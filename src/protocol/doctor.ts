import { bytesText } from './bytesText.ts';

/** What `sft doctor` finds out about a machine. Plain JSON. */
export interface DoctorFacts {
  readonly version: 1;
  /** Of SFT Studio. */
  readonly sft: string;
  /** The Node that asked. */
  readonly node: { readonly words: string; readonly path: string };
  readonly system: {
    readonly platform: string;
    readonly arch: string;
    readonly release: string;
    /** Such as `glibc 2.36`, `musl`; null where that is no question. */
    readonly libc: string | null;
  };
  readonly processor: { readonly model: string; readonly cores: number; readonly threads: number };
  /** Bytes. */
  readonly memory: { readonly free: number; readonly total: number };
  readonly engine: EngineFacts;
  /** All that can compute, in the order in which they are listed. */
  readonly engines: readonly EngineFinding[];
  readonly home: HomeFacts;
  readonly nodes: readonly NodeFinding[];
  readonly liveRuns: number;
  /** What keeps training from working; empty where all is well. */
  readonly problems: readonly DoctorProblem[];
}

export interface EngineFacts {
  /** Of ONNX Runtime. */
  readonly version: string;
  /** Why it cannot be loaded, in a sentence; null where it computes. */
  readonly problem: string | null;
  /** The same in words of ours alone. */
  readonly problemWords: string | null;
  /** Whether the optimiser can use several threads. */
  readonly sharedMemory: boolean;
  /** Of a matrix product of 768 x 768; null where it was not measured. */
  readonly flopsPerSecond: number | null;
}

/** One of the engines that `--engine` names. */
export interface EngineFinding {
  readonly name: string;
  readonly title: string;
  /** What was found, or what is missing. */
  readonly words: string;
  readonly found: boolean;
  /** The command that brings what is missing; null where nothing is missing, or no command does. */
  readonly command: string | null;
  /** Why it does not work although it was found; null where it does, or was not found. */
  readonly problem: string | null;
  /** Of a matrix product of 768 x 768, with what it takes to bring it to a device and back. */
  readonly flopsPerSecond: number | null;
}

export interface HomeFacts {
  readonly path: string;
  /** Whether the variable SFT_HOME says so. */
  readonly given: boolean;
  readonly writable: boolean;
  /** Bytes; null where the system does not tell. */
  readonly freeDisk: number | null;
}

export interface NodeFinding {
  readonly path: string;
  readonly source: 'setting' | 'own' | 'path' | 'editor';
  /** `plain Node 24.21.0`; null where it did not say. */
  readonly words: string | null;
  /** Why it cannot train; null where it can. */
  readonly problem: string | null;
  /** Whether runs are started in it. */
  readonly chosen: boolean;
}

/** What is wrong, and the one thing to do, with a command where there is one. */
export interface DoctorProblem {
  readonly what: string;
  readonly advice: string;
}

/**
 * The facts for a bug report, as Markdown: numbers, versions and words of ours alone. Nothing that another program said, and no
 * path, is in it, since either may hold names of people, machines or data.
 */
export function doctorReport(facts: DoctorFacts): string {
  const { sft, node, system, processor, memory, engine, engines, home, nodes, liveRuns } = facts;
  const speed = engine.flopsPerSecond === null ? '' : `, ${Math.round(engine.flopsPerSecond / 1e9)} GFLOPS`;
  const release = /^\d+(\.\d+)*/.exec(system.release)?.[0] ?? '';
  const disk = home.freeDisk === null ? '' : `, ${bytesText(home.freeDisk)} free`;
  return [
    `- SFT Studio ${sft} on ${node.words}`,
    `- ${[system.platform, system.arch, release, system.libc].filter((part) => part !== null && part !== '').join(' ')}`,
    `- ${processor.model}, ${processor.cores} cores, ${processor.threads} threads`,
    `- memory ${bytesText(memory.total)}, ${bytesText(memory.free)} free`,
    `- ONNX Runtime ${engine.version}: ${engine.problem === null ? `works${engine.sharedMemory ? ', with shared memory' : ''}${speed}` : (engine.problemWords ?? 'does not work')}`,
    `- engines: ${engines.map((one) => `${one.name} ${engineState(one)}`).join(', ')}`,
    `- SFT_HOME ${home.given ? 'set by the variable' : 'at its usual place'}, ${home.writable ? 'writable' : 'NOT writable'}${disk}`,
    ...nodes.map(
      ({ source, words, problem, chosen }) =>
        `- Node (${source}): ${words ?? 'unknown'}, ${problem === null ? 'works' : 'does not work'}${chosen ? ', trains' : ''}`,
    ),
    `- live runs: ${liveRuns}`,
  ].join('\n');
}

/** How an engine stands, in a word or two. */
export function engineState({ found, problem, flopsPerSecond }: EngineFinding): string {
  if (!found) return 'missing';
  if (problem !== null) return 'does not work';
  return flopsPerSecond === null ? 'here' : `works, ${gigaflops(flopsPerSecond)} GFLOPS`;
}

/** Slow ones with a decimal. */
function gigaflops(perSecond: number): string {
  const value = perSecond / 1e9;
  return value < 10 ? value.toFixed(1) : String(Math.round(value));
}

/** What is wrong with an engine, or what brings it: for people. */
export function engineWords({ words, found, problem, command }: EngineFinding): string {
  if (problem !== null) return problem;
  return found || command === null ? words : `${words}: ${command}`;
}

/** A reason why the engine does not load, in words of ours, and what to do about it. */
export interface EngineProblemKind {
  readonly words: string;
  readonly advice: string;
}

/** Sorts what the system's loader says. */
export function engineProblemKind(problem: string): EngineProblemKind {
  if (/Cannot find (package|module) 'onnxruntime-(node|common)/.test(problem)) {
    return {
      words: 'is not installed',
      advice: 'Run `npm ci` in the folder of SFT Studio, or install the extension for this platform.',
    };
  }
  const glibc = /GLIBC(?:XX)?_[\d.]+/.exec(problem)?.[0];
  if (glibc !== undefined) {
    return {
      words: `needs a newer system library (${glibc})`,
      advice: 'Update the system, or train in a container of a newer one.',
    };
  }
  const library = /\b(lib[a-z0-9_+-]+)\.so[.\d]*/i.exec(problem)?.[1];
  if (library !== undefined && library !== 'libonnxruntime') {
    return {
      words: `lacks the system library ${library}`,
      advice:
        library === 'libstdc++'
          ? 'Install it: `sudo apt-get install libstdc++6` (Debian, Ubuntu) or `sudo dnf install libstdc++` (Fedora).'
          : `Install ${library} with the system's package manager.`,
    };
  }
  return {
    words: 'cannot be loaded',
    advice:
      'Install SFT Studio anew for this platform: `npm ci` in its folder, or the extension from its VSIX.',
  };
}
