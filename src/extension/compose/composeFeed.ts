import { stat } from 'node:fs/promises';
import type { EngineName } from '../../core/engineNames.ts';
import type { BenchData } from '../../protocol/bench.ts';
import {
  alone,
  benchSettingOf,
  type ComposeDocument,
  type ComposeSetting,
  emptySetting,
  evenly,
  fileName,
  isMovedFrom,
  type NamedSetting,
  type PastSetting,
  type PastSweep,
  settingKey,
  sftName,
  type SweepAxis,
  wasMovedOn,
} from '../../protocol/compose.ts';
import type {
  DataView,
  ComposeView,
  KnownSfts,
  SftFacts,
  SweepView,
  Told,
  ToCompose,
} from '../../protocol/composePanel.ts';
import type { Session } from '../programs/session.ts';
import {
  type BenchGoal,
  type BenchWork,
  newBenchWork,
  noEvaluation,
  problemOf,
  sampleSize,
  withBench,
} from './benchWork.ts';
import { newPatchSender } from './patchSender.ts';
import { namedColumns } from './reading.ts';

export interface ComposeFeedOptions {
  readonly name: string;
  readonly session: () => Promise<Session>;
  readonly send: (message: ToCompose) => void;
  /** Whether engines may run here. */
  readonly isTrusted: () => boolean;
  /** Model folders of the workspace. */
  readonly bases: () => Promise<readonly string[]>;
  /** Called with the figure of a whole file, and when the files were changed last. */
  readonly record: (past: PastSetting, changed: string | null) => void;
  /** Keeps a sweep that was done to its end. */
  readonly keepSweep: (sweep: PastSweep) => void;
  /** Something that went wrong and is not the user's to mend. */
  readonly fail: (error: unknown) => void;
  /** How long the sliders must rest before the whole file is evaluated, in milliseconds. */
  readonly rest?: number;
  /** A whole file that takes longer is left out, in seconds. */
  readonly longest?: number | undefined;
  readonly idleMinutes?: () => number;
  /** What computes; the compiled engine for the processor unless named. */
  readonly engine?: () => EngineName | undefined;
}

/** What stands behind a page of a compose bench: keeps its view, and has the session work for it. */
export interface ComposeFeed {
  /** A page is there that knows nothing. */
  begin(): void;
  /** What the document holds now, or why it cannot be read. */
  update(document: ComposeDocument | Told): void;
  /** The page, which took the patch of number `seen` last, has this setting. While a slider is held it is not in the document yet. */
  moved(setting: ComposeSetting, isMoving: boolean, seen: number): void;
  /** A file that is used has changed, or is gone. */
  filesChanged(): void;
  /** Tries again what has failed. */
  again(): void;
  sweep(axes: readonly SweepAxis[], isWhole: boolean): Promise<void>;
  stopSweep(): void;
  /** Folder of the base that is used. */
  base(): string | undefined;
  /** The page is out of sight: gives up all work but a sweep, and sends nothing. */
  close(): void;
  /** The bench is closed: gives up a sweep, too. */
  dispose(): void;
}

const restMilliseconds = 600;

export function newComposeFeed(options: ComposeFeedOptions): ComposeFeed {
  const { session, isTrusted, fail, rest = restMilliseconds, idleMinutes = () => 10 } = options;
  const engine = options.engine ?? (() => undefined);
  const page = newPatchSender(newView(options.name, isTrusted()), options.send);
  let document: ComposeDocument | undefined;
  let isShown = false;
  /** Whether a file has changed while nobody looked. */
  let hasChanged = false;
  /** What the page shows, where a slider is held. */
  let held: ComposeSetting | undefined;
  /** What was last looked up for which files. */
  let lookedFor = '';
  let looking = new AbortController();
  /** Of which settings there have been figures, by data file: those of samples are in no history. */
  const looked = new Map<string, Map<string, ComposeSetting>>();
  let sweeping = new AbortController();

  const work: BenchWork = newBenchWork({
    session,
    show: (evaluation, difference) => page.change({ evaluation, difference }),
    looked(data, setting) {
      looked.set(data, (looked.get(data) ?? new Map()).set(settingKey(setting), setting));
    },
    record: (past) => options.record(past, page.view().changed),
    fail,
    rest,
    longest: options.longest,
    idleMinutes,
    engine,
  });

  /** Finds when one of the files was changed last. */
  const findChanged = async (): Promise<void> => {
    if (document === undefined) return;
    const { setting, data } = document;
    const files = [...setting.rows.map(({ file }) => file), ...(data === null ? [] : [data.data])];
    const changed = await lastChange(files);
    page.change({ changed });
  };
  /** Looks up what depends on the files alone: facts, base, pairs. */
  const look = (now: ComposeDocument): void => {
    const files = now.setting.rows.map(({ file }) => file);
    const wanted = JSON.stringify([files.toSorted(), now.base, now.setting.force]);
    if (wanted === lookedFor) return;
    lookedFor = wanted;
    looking.abort();
    looking = new AbortController();
    const { signal } = looking;
    const all = [
      findFacts(files, signal),
      findBase(now, signal),
      findPairs(files, now.setting.force, signal),
    ];
    for (const one of all)
      one.catch((error: unknown) => {
        if (!signal.aborted) fail(error);
      });
  };
  const findFacts = async (files: readonly string[], signal: AbortSignal): Promise<void> => {
    const sfts: Record<string, SftFacts> = {};
    for (const file of files) sfts[file] = await factsOf(file, signal);
    signal.throwIfAborted();
    const data = document?.data ?? null;
    page.change(data === null ? { sfts } : { sfts, data: dataView(data, sfts) });
    aim();
  };
  const factsOf = async (file: string, signal: AbortSignal): Promise<SftFacts> => {
    const unknown = {
      name: sftName(file),
      kind: null,
      task: null,
      entries: null,
      density: null,
      hasHead: false,
    };
    try {
      const { listing, head } = await (await session()).ask('inspectSft', { file }, signal);
      const { name, kind, task, entries, density } = listing;
      return { name, kind, task, entries, density, hasHead: head.length > 0, problem: null };
    } catch (error) {
      signal.throwIfAborted();
      return { ...unknown, problem: problemOf(error, fail) };
    }
  };
  const findBase = async ({ base, setting }: ComposeDocument, signal: AbortSignal): Promise<void> => {
    if (base !== null) page.change({ base: { folder: base, name: fileName(base) } });
    else if (setting.rows.length === 0) page.change({ base: null });
    else {
      page.change({ base: 'looking' });
      const folders = await options.bases();
      let found: { readonly folder: string; readonly name: string } | null = null;
      for (const { file } of setting.rows) {
        try {
          found = await (await session()).ask('inspectBase', { file, folders, chosen: null }, signal);
        } catch (error) {
          signal.throwIfAborted();
          // The row says what is wrong with its file.
          problemOf(error, fail);
        }
        if (found !== null) break;
      }
      signal.throwIfAborted();
      page.change({ base: found === null ? null : { folder: found.folder, name: found.name } });
    }
    aim();
  };
  const findPairs = async (files: readonly string[], force: boolean, signal: AbortSignal): Promise<void> => {
    if (files.length < 2) {
      page.change({ pairs: null, pairsProblem: null });
      return;
    }
    try {
      const pairs = await (await session()).ask('diffSfts', { files, force }, signal);
      page.change({ pairs, pairsProblem: null });
    } catch (error) {
      signal.throwIfAborted();
      page.change({ pairs: null, pairsProblem: problemOf(error, fail) });
    }
  };
  /** Has the newest setting evaluated, as far as it can be. */
  const aim = (): void => {
    if (document === undefined) return;
    const setting = held ?? document.setting;
    const reference = referenceOf(document, page.view().sfts);
    const isChosen = document.reference !== null;
    page.change({ reference: reference === null ? null : { name: reference.name, isChosen } });
    work.want(goalOf(document, setting, reference));
  };
  const goalOf = (
    { data }: ComposeDocument,
    setting: ComposeSetting,
    reference: NamedSetting | null,
  ): BenchGoal | null => {
    const { base, sfts } = page.view();
    const on = setting.rows.filter((row) => row.on);
    const isReadable = on.every(({ file }) => sfts[file]?.problem === null);
    if (!isTrusted() || data === null || base === null || base === 'looking' || !isReadable) return null;
    const isMoving = held !== undefined;
    const isTuned = wasTuned(data.data, setting);
    return { base: base.folder, setting, data: withRole(data), reference, isTuned, isMoving };
  };
  const wasTuned = (data: string, setting: ComposeSetting): boolean => {
    const swept = page.view().sweep?.file === data;
    const moved = [...(looked.get(data)?.values() ?? [])].some((past) => isMovedFrom(past, setting));
    return swept || moved || (document !== undefined && wasMovedOn(document, data, setting));
  };

  const close = (): void => {
    isShown = false;
    page.end();
    looking.abort();
    lookedFor = '';
    work.stop();
  };

  /** Why a sweep failed may be another's matter now: what it was about has changed. */
  const forgetSweepProblem = (): void => {
    const { sweep } = page.view();
    if (sweep !== null && sweep.problem !== null) page.change({ sweep: { ...sweep, problem: null } });
  };

  /** A sweep of the file that is another than before: one that runs here is not taken away. */
  const mayShow = (sweep: PastSweep | null, before: PastSweep | null): sweep is PastSweep => {
    const shown = page.view().sweep;
    return sweep !== null && (shown === null || (sweep !== before && !shown.isRunning));
  };

  return {
    begin() {
      isShown = true;
      page.begin();
    },
    update(next) {
      if ('what' in next) {
        document = undefined;
        page.change({ problem: next });
        work.want(null);
        return;
      }
      // What came without its setting, a sweep's end, lets a slider that is held be.
      const isSame = JSON.stringify(document?.setting) === JSON.stringify(next.setting);
      if (!isSame) held = undefined;
      const isOther = !isSame || JSON.stringify(whatElse(document)) !== JSON.stringify(whatElse(next));
      const before = document?.sweep ?? null;
      document = next;
      if (isOther) forgetSweepProblem();
      const { setting, data, history, sweep } = next;
      page.change({
        problem: null,
        isTrusted: isTrusted(),
        ...(held === undefined ? { setting } : {}),
        data: data === null ? null : dataView(data, page.view().sfts),
        history,
        ...(mayShow(sweep, before) ? { sweep: sweepView(sweep) } : {}),
      });
      // Nobody looks: it is done when the page is there again.
      if (!isShown) return;
      findChanged().catch(fail);
      look(next);
      aim();
      if (hasChanged) work.again();
      hasChanged = false;
    },
    moved(setting, isMoving, seen) {
      page.known({ setting }, seen);
      held = isMoving ? setting : undefined;
      if (isMoving) aim();
    },
    filesChanged() {
      forgetSweepProblem();
      hasChanged = !isShown;
      if (document === undefined || !isShown) return;
      findChanged().catch(fail);
      lookedFor = '';
      look(document);
      work.again();
    },
    again() {
      if (document === undefined) return;
      forgetSweepProblem();
      lookedFor = '';
      look(document);
      work.again();
    },
    async sweep(axes, isWhole) {
      const view = page.view();
      if (document?.data === null || document === undefined) return;
      if (!isTrusted() || view.base === null || view.base === 'looking') return;
      const { data, setting } = document;
      const before = view.sweep;
      sweeping.abort();
      const control = new AbortController();
      sweeping = control;
      const { signal } = control;
      let sweep: SweepView = {
        axes,
        setting,
        file: data.data,
        data: fileName(data.data),
        metric: null,
        points: [],
        of: axes.reduce((product, { count }) => product * count, 1),
        examples: null,
        isRunning: true,
        problem: null,
      };
      const show = (part: Partial<SweepView>): void => {
        sweep = { ...sweep, ...part };
        if (sweeping === control) page.change({ sweep });
      };
      show({});
      try {
        const bench = benchSettingOf(withOn(setting, axes));
        const targets = axes.map(({ file, from, to, count }) => ({
          target: bench.sfts.findIndex((one) => one.file === file),
          values: evenly(from, to, count),
        }));
        const opened = { base: view.base.folder, ...bench, engine: engine(), idleMinutes: idleMinutes() };
        const asked = { ...withRole(data), axes: targets, ...(isWhole ? {} : { sample: sampleSize }) };
        await withBench(await session(), opened, async (connection, number) => {
          const found = await connection.ask(
            'sweepBench',
            { ...asked, bench: number },
            signal,
            (progress) => {
              if ('point' in progress)
                show({ points: [...sweep.points, progress.point], metric: progress.metric });
            },
          );
          const { points, metric, examples } = found;
          const time = new Date().toISOString();
          show({ points, metric, examples, isRunning: false, time });
          if (sweeping === control)
            options.keepSweep({ axes, setting, data: data.data, metric, examples, points, time });
        });
      } catch (error) {
        const problem = signal.aborted ? null : problemOf(error, fail);
        // One that found nothing takes no earlier one away.
        const isWorse = sweep.points.length === 0 && before !== null && !before.isRunning;
        show({ ...(isWorse ? before : {}), isRunning: false, problem });
      }
    },
    stopSweep: () => sweeping.abort(),
    base() {
      const { base } = page.view();
      return base === null || base === 'looking' ? undefined : base.folder;
    },
    close,
    dispose() {
      close();
      sweeping.abort();
    },
  };
}

/** When one of these files was changed last, ISO 8601; null where none is there. */
async function lastChange(files: readonly string[]): Promise<string | null> {
  const times = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  );
  const last = Math.max(0, ...times);
  return last === 0 ? null : new Date(last).toISOString();
}

function newView(name: string, isTrusted: boolean): ComposeView {
  return {
    name,
    isTrusted,
    problem: null,
    setting: emptySetting,
    sfts: {},
    base: 'looking',
    data: null,
    evaluation: noEvaluation,
    reference: null,
    difference: null,
    history: [],
    changed: null,
    pairs: null,
    pairsProblem: null,
    sweep: null,
  };
}

/** What the figures are held against: what was chosen, or else the first SFT with a head, alone. */
function referenceOf({ reference, setting }: ComposeDocument, sfts: KnownSfts): NamedSetting | null {
  if (reference !== null) return reference;
  const task = setting.rows.find(({ file }) => sfts[file]?.kind === 'task');
  const first = task ?? setting.rows.find(({ file }) => sfts[file]?.hasHead === true);
  return first === undefined ? null : alone(first.file, setting.force);
}

/** A file on which one moves coefficients is for development unless its user says otherwise. */
function withRole(data: BenchData): BenchData & { readonly role: 'dev' | 'test' } {
  return { ...data, role: data.role ?? 'dev' };
}

function dataView(data: BenchData, sfts: KnownSfts): DataView {
  const { role } = withRole(data);
  const tasks = Object.values(sfts).flatMap((sft) => sft?.task ?? []);
  return { file: data.data, name: fileName(data.data), role, columns: namedColumns(data, tasks) };
}

/** What a sweep depends on beside the setting. */
function whatElse(document: ComposeDocument | undefined): unknown {
  return document === undefined ? null : [document.base, document.data];
}

/** A sweep that was done before. */
function sweepView(past: PastSweep): SweepView {
  const { data, points } = past;
  return { ...past, file: data, data: fileName(data), of: points.length, isRunning: false, problem: null };
}

/** A setting in which the SFTs of a sweep are added. */
function withOn(setting: ComposeSetting, axes: readonly SweepAxis[]): ComposeSetting {
  const isSwept = (file: string) => axes.some((axis) => axis.file === file);
  return { ...setting, rows: setting.rows.map((row) => (isSwept(row.file) ? { ...row, on: true } : row)) };
}
