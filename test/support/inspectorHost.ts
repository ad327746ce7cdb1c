import { UserError } from '../../src/core/errors/userError.ts';
import { newInspectFeed } from '../../src/extension/editors/inspectFeed.ts';
import { SftProblem } from '../../src/extension/programs/programs.ts';
import type { Session } from '../../src/extension/programs/session.ts';
import { listSft } from '../../src/library/listSfts.ts';
import type { FromInspector, ToInspector } from '../../src/protocol/inspectPanel.ts';
import { checkFromInspector } from '../../src/protocol/inspectPanelCheck.ts';
import { newInspector } from '../../src/trainer/inspect/inspector.ts';

export interface InspectorHostOptions {
  readonly file: string;
  readonly send: (message: ToInspector) => void;
  readonly bases?: readonly string[];
  readonly sfts?: readonly string[];
}

/** What stands behind a page of the inspector in a window, without a window: the real feed over the real inspector. */
export function inspectorHost({ file, send, bases = [], sfts = [] }: InspectorHostOptions) {
  const failures: unknown[] = [];
  const feed = newInspectFeed({
    file,
    session: async () => inspectorSession(),
    send,
    bases: async () => bases,
    sfts: async () => sfts,
    recipes: async () => [],
    fail: (error) => failures.push(error),
  });
  const others: FromInspector[] = [];
  return {
    feed,
    failures,
    /** Messages that only a window could answer. */
    others,
    async take(value: unknown): Promise<void> {
      const message = checkFromInspector(value);
      if (message === undefined) throw new Error(`not a message: ${JSON.stringify(value)}`);
      switch (message.type) {
        case 'ready':
          return feed.begin(message.base);
        case 'values':
        case 'lineage':
        case 'parts':
        case 'lines':
          return feed.answer(message);
        default:
          others.push(message);
      }
    },
  };
}

/** A session in this process, which knows the inspector's requests alone. */
export function inspectorSession(): Session {
  const answers = newInspector({
    bases: async (folders) => folders,
    sfts: async (files) => Promise.all(files.map(listSft)),
  });
  const ask = async (method: keyof typeof answers, params: never, signal = new AbortController().signal) => {
    try {
      // What crosses to another process is JSON.
      return JSON.parse(JSON.stringify(await answers[method](params, signal))) as unknown;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const { code, message, problem } = error;
      throw new SftProblem({ code, message, ...problem });
    }
  };
  return { ask: ask as unknown as Session['ask'], dispose: () => undefined };
}
