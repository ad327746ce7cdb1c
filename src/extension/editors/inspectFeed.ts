import type { BaseOfSft } from '../../protocol/inspect.ts';
import type { FromInspector, InspectTopic, ToInspector } from '../../protocol/inspectPanel.ts';
import { SftProblem } from '../programs/programs.ts';
import type { Session } from '../programs/session.ts';

export interface InspectFeedOptions {
  readonly file: string;
  readonly session: () => Promise<Session>;
  readonly send: (message: ToInspector) => void;
  /** Model folders and SFTs of the workspace, and its recipes. */
  readonly bases: () => Promise<readonly string[]>;
  readonly sfts: () => Promise<readonly string[]>;
  readonly recipes: () => Promise<readonly string[]>;
  /** Something that went wrong and is not the user's to mend. */
  readonly fail: (error: unknown) => void;
}

type Question = Extract<FromInspector, { type: 'values' | 'lineage' | 'parts' | 'lines' }>;

/** What answers a page that shows an SFT file. */
export interface InspectFeed {
  /** Sends the overview, then the base model. `base` is the one that the user chose. */
  begin(base: string | null): Promise<void>;
  /** Takes another base model, and sends it. */
  chooseBase(folder: string): Promise<void>;
  /** Sends what the file holds now, or that it is gone. */
  fileChanged(): Promise<void>;
  /** Answers; a question after which another one of its kind is asked is dropped. */
  answer(question: Question): Promise<void>;
  /** Drops all questions. */
  close(): void;
}

/** Only questions that follow each other while the user types or scrolls replace each other. */
export function newInspectFeed(options: InspectFeedOptions): InspectFeed {
  const { file, session, send, fail } = options;
  const asking = new Map<string, AbortController>();
  let chosen: string | null = null;
  let base: BaseOfSft | null = null;
  let isShown = false;
  let isClosed = false;

  /** Does work under a name; other work of that name is given up. */
  const inPlaceOf = async (
    name: string,
    topic: InspectTopic | null,
    work: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> => {
    asking.get(name)?.abort();
    const control = new AbortController();
    asking.set(name, control);
    try {
      await work(control.signal);
    } catch (error) {
      if (!control.signal.aborted && !isClosed) tell(error, topic);
    } finally {
      if (asking.get(name) === control) asking.delete(name);
    }
  };
  const tell = (error: unknown, topic: InspectTopic | null): void => {
    if (error instanceof SftProblem) {
      const { what, advice, code } = error;
      if (code === 'file-missing' && topic === null && isShown) send({ type: 'gone' });
      else send({ type: 'problem', topic, what, advice, canForce: false });
    } else {
      fail(error);
      const what = error instanceof Error ? error.message : String(error);
      send({ type: 'problem', topic, what, advice: '', canForce: false });
    }
  };
  const overview = async (isChanged: boolean) =>
    inPlaceOf('overview', null, async (signal) => {
      const found = await (await session()).ask('inspectSft', { file }, signal);
      isShown = true;
      // What was asked of the file as it was is asked again.
      for (const control of asking.values()) if (control.signal !== signal) control.abort();
      send({ type: 'overview', overview: found, isChanged });
      void findBase();
    });
  const findBase = async (): Promise<void> => {
    const picked = chosen;
    let hasFailed = false;
    await inPlaceOf('base', 'base', async (signal) => {
      try {
        const folders = picked === null ? await options.bases() : [];
        base = await (await session()).ask('inspectBase', { file, folders, chosen: picked }, signal);
        send({ type: 'base', base });
      } catch (error) {
        hasFailed = !signal.aborted;
        throw error;
      }
    });
    if (!hasFailed || picked === null || isClosed) return;
    // One that cannot be used is not tried again.
    chosen = base?.how === 'chosen' ? base.folder : null;
    if (base === null) await findBase();
  };

  return {
    async begin(picked) {
      chosen = picked;
      await overview(false);
    },
    async chooseBase(folder) {
      chosen = folder;
      await findBase();
    },
    async fileChanged() {
      if (!isClosed) await overview(isShown);
    },
    async answer(question) {
      const folder = base?.folder ?? null;
      switch (question.type) {
        case 'values':
          return inPlaceOf('values', 'values', async (signal) => {
            send({ type: 'values', values: await (await session()).ask('inspectValues', { file }, signal) });
          });
        case 'lineage':
          return inPlaceOf('lineage', 'lineage', async (signal) => {
            const [sfts, recipes] = [await options.sfts(), await options.recipes()];
            const lineage = await (await session()).ask('inspectLineage', { file, sfts, recipes }, signal);
            send({ type: 'lineage', lineage });
          });
        case 'parts':
          return inPlaceOf('parts', 'parts', async (signal) => {
            const { place } = question;
            const parts = await (await session()).ask('inspectModule', { file, base: folder, place }, signal);
            send({ type: 'parts', base: folder, place, parts });
          });
        default: {
          const { of, query } = question;
          // Pages of one list do not replace each other.
          const name = `${of === null ? 'rows' : 'part'} ${query.from === 0 ? '' : query.from}`;
          if (query.from === 0) dropPages(of === null ? 'rows ' : 'part ');
          return inPlaceOf(name, of === null ? 'rows' : 'part', async (signal) => {
            const asked = { file, base: folder, query };
            const page =
              of === null
                ? await (await session()).ask('inspectRows', asked, signal)
                : await (await session()).ask('inspectPart', { ...asked, ...of }, signal);
            send({ type: 'lines', base: folder, of, query, page });
          });
        }
      }
    },
    close() {
      isClosed = true;
      for (const control of asking.values()) control.abort();
    },
  };

  function dropPages(start: string): void {
    for (const [name, control] of asking) if (name.startsWith(start)) control.abort();
  }
}
