/** What a Node says of itself in a probe. */
export interface NodeFacts {
  /** Such as 24.21.0. */
  readonly version: string;
  /** Version of Electron; null in a plain Node. */
  readonly electron: string | null;
  /** The binary itself, which a link or a version manager's stand-in leads to. */
  readonly execPath: string;
  /** Why the engine cannot be used; null where it computes. */
  readonly engineError: string | null;
  /** Where that cannot be used: whether the engine without native code can. */
  readonly wasm?: boolean | undefined;
  /** Whether the engine takes memory that threads share, so that the optimiser can use several. */
  readonly sharedMemory: boolean;
}

/** How a probe ended: with facts, or with the reason why there are none, as the end of a sentence that begins with "it". */
export type Probe = { readonly facts: NodeFacts } | { readonly failure: string };

/** Whether a candidate can train. */
export type Verdict =
  | { readonly works: true; readonly facts: NodeFacts }
  | { readonly works: false; readonly reason: string };

/** The oldest Node that our programs run on: it has `import.meta.dirname`. */
const OLDEST = [20, 11] as const;

/** Whether it can train in WebAssembly alone, which is slow: any other is taken before it. */
export function isLastResort({ engineError }: NodeFacts): boolean {
  return engineError !== null;
}

/** Judges a candidate by its probe. */
export function judgeProbe(probe: Probe): Verdict {
  if ('failure' in probe) return { works: false, reason: probe.failure };
  const { facts } = probe;
  const [major, minor] = facts.version.split('.').map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    return {
      works: false,
      reason: `it is Node ${facts.version}, and ${OLDEST.join('.')} or newer is needed`,
    };
  }
  if (facts.engineError !== null && facts.wasm !== true)
    return { works: false, reason: `it cannot load the engine: ${facts.engineError}` };
  return { works: true, facts };
}

/** What people call it: `plain Node 24.21.0`, `Electron's Node 22.1.0`. */
export function nodeWords({ version, electron }: Pick<NodeFacts, 'version' | 'electron'>): string {
  return `${electron === null ? 'plain' : "Electron's"} Node ${version}`;
}

/** The facts in a probe's output: its last line, as JSON; undefined where there are none. */
export function readFacts(output: string): NodeFacts | undefined {
  const line = output.trimEnd().split('\n').at(-1) ?? '';
  try {
    const value: unknown = JSON.parse(line);
    return isFacts(value) ? value : undefined;
  } catch {
    return undefined; // whatever it printed, it is no Node of ours
  }
}

/** Whether a value that was read from outside is facts of a Node. */
export function isFacts(value: unknown): value is NodeFacts {
  if (typeof value !== 'object' || value === null) return false;
  const { version, electron, execPath, engineError, sharedMemory, wasm } = value as Record<string, unknown>;
  return (
    typeof version === 'string' &&
    /^\d+\.\d+\.\d+/.test(version) &&
    isTextOrNull(electron) &&
    typeof execPath === 'string' &&
    isTextOrNull(engineError) &&
    typeof sharedMemory === 'boolean' &&
    (wasm === undefined || typeof wasm === 'boolean')
  );
}

function isTextOrNull(field: unknown): boolean {
  return field === null || typeof field === 'string';
}
