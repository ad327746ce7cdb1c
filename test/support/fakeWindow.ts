import type { LiveStatus } from '../../src/protocol/liveRun.ts';
import type { RunProgramOptions } from '../../src/extension/programs/programs.ts';
import type { Window } from '../../src/extension/window.ts';

type Sft = (args: readonly string[], options: RunProgramOptions) => Promise<unknown>;
type Ask = (method: string, params: unknown, signal?: AbortSignal) => Promise<unknown>;

/** What is kept for a workspace, or for all. */
function newMemento() {
  const values = new Map<string, unknown>();
  return {
    get: (key: string) => values.get(key),
    update: async (key: string, value: unknown) => void values.set(key, value),
  };
}

/** A window whose programs and session are the test's. */
export function fakeWindow({ sft, ask }: { readonly sft?: Sft; readonly ask?: Ask }) {
  const live = new Map<string, LiveStatus>();
  const opened: string[] = [];
  const overlaid: (readonly string[])[] = [];
  const selection: unknown[] = [];
  const ran: (readonly string[])[] = [];
  const services = {
    context: { globalState: newMemento(), workspaceState: newMemento() },
    log: { info: () => undefined, error: () => undefined },
    programs: async () => ({
      sft: async (args: readonly string[], options: RunProgramOptions) => {
        ran.push(args);
        return sft?.(args, options);
      },
    }),
    session: async () => ({ ask: async (...all: Parameters<Ask>) => ask?.(...all) }),
    acts: { started: new Set<string>(), ended: new Set<string>() },
    live: {
      look: async () => undefined,
      isLive: (folder: string) => live.has(folder),
      all: () => [...live].map(([folder, status]) => ({ entry: { folder, status }, progress: null })),
      progress: () => null,
    },
  };
  const panels = {
    open(folder: string, overlays: readonly string[] = []) {
      opened.push(folder);
      overlaid.push(overlays);
    },
    active: () => undefined,
  };
  const window = {
    services,
    runPanels: async () => panels,
    views: { refresh: async () => undefined, selection: () => selection },
  } as unknown as Window;
  return {
    window,
    /** Folders of the runs that live, with what they do. */
    live,
    /** Folders of the run panels that were opened. */
    opened,
    /** The runs that were drawn behind each of them. */
    overlaid,
    /** What is selected in the trees. */
    selection,
    /** Commands of `sft` that were run, by their arguments. */
    ran,
  };
}
