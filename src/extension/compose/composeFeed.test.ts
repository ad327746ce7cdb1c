import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  composeHost,
  type ComposeHostOptions,
  composeSession,
  type ComposeSession,
} from '../../../test/support/composeHost.ts';
import { inventSft } from '../../../test/support/inventSft.ts';
import { tinyWorkspace, type TinyWorkspace } from '../../../test/support/tinyWorkspace.ts';
import { readResults } from '../../home/resultsRecord.ts';
import { type ComposeDocument, newComposeDocument, settingKey } from '../../protocol/compose.ts';
import type { ComposeView, ToCompose } from '../../protocol/composePanel.ts';

let workspace: TinyWorkspace;
let session: ComposeSession;

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-compose-')));
  const labels = ['ADJ', 'ADV', 'NOUN', 'PUNCT', 'VERB'];
  await inventSft(workspace.path('base'), workspace.path('pos'), { seed: 1, labels });
  await inventSft(workspace.path('base'), workspace.path('xx'), { seed: 2 });
  session = composeSession(workspace.folder);
});

afterAll(async () => {
  await session.end();
  rmSync(workspace.folder, { recursive: true, force: true });
});

function document(data: string | null = workspace.path('train.conllu')): ComposeDocument {
  const made = newComposeDocument([{ file: workspace.path('pos') }, { file: workspace.path('xx') }]);
  return { ...made, data: data === null ? null : { data } };
}

/** A bench and the page's side of it: what it has been told, put together. */
async function open(of: ComposeDocument, more: Partial<ComposeHostOptions> = {}) {
  const messages: ToCompose[] = [];
  const host = composeHost({
    document: of,
    session,
    bases: [workspace.path('base')],
    send: (message) => void messages.push(message),
    ...more,
  });
  onTestFinished(() => host.feed.close());
  await host.take({ type: 'ready' });
  const view = () => Object.assign({}, ...messages.map(({ part }) => part)) as ComposeView;
  const until = async (state: ComposeView['evaluation']['state']) => {
    await vi.waitFor(() => expect(view().evaluation.state).toBe(state), { timeout: 20_000, interval: 10 });
    return view();
  };
  const put = async (coefficient: number, isMoving = false) => {
    const { setting } = host.bench.now();
    const rows = setting.rows.map((row, i) => (i === 1 ? { ...row, coefficient } : row));
    await host.take({
      type: 'setting',
      setting: { ...setting, rows },
      isMoving,
      seen: messages.at(-1)?.number ?? Infinity,
    });
  };
  return { host, messages, view, until, put };
}

describe('what stands behind a compose bench', () => {
  it('finds base, facts and pairs, a quick figure, the whole file and its difference to the task SFT alone', async () => {
    const { until, host } = await open(document());
    const { base, sfts, pairs, evaluation, difference, history, reference } = await until('done');
    expect(base).toMatchObject({ folder: workspace.path('base') });
    expect(Object.values(sfts)).toMatchObject([
      { hasHead: true, problem: null },
      { hasHead: false, problem: null },
    ]);
    expect(pairs?.pairs).toHaveLength(1);
    expect(evaluation.whole).toMatchObject({ metric: 'accuracy', examples: 48, of: 48 });
    expect(evaluation.isTuned).toBe(false);
    expect(reference).toEqual({ name: 'pos alone', isChosen: false });
    expect(difference).toMatchObject({ to: 'pos alone', problem: null, p: expect.any(Number) });
    expect(history).toMatchObject([{ figure: { value: evaluation.whole?.value } }]);
    expect(host.failures).toEqual([]);
  });

  it('samples while a slider is held, takes the whole file when it rests, and says that it is tuned', async () => {
    const { until, put, host, view } = await open(document());
    await until('done');
    session.asked.length = 0;
    await put(0.5, true);
    await put(0.7, true);
    await vi.waitFor(() => expect(view().evaluation.quick?.key).toContain('0.7'), { timeout: 20_000 });
    expect(host.bench.now().setting.rows[1].coefficient).toBe(1);
    const wholes = () =>
      session.asked.filter(({ method, params }) => method === 'evaluateBench' && params.sampleOnly !== true);
    expect(wholes()).toEqual([]);
    await put(0.7);
    await vi.waitFor(() => expect(view().evaluation).toMatchObject({ state: 'done', isTuned: true }), {
      timeout: 20_000,
    });
    expect(wholes()).toMatchObject([{ params: { tuned: true } }]);
    expect(view().evaluation.whole?.key).toBe(settingKey(host.bench.now().setting));
    expect(host.bench.now().history).toHaveLength(2);
  });

  it('leaves a slider that is held alone when the document changes otherwise', async () => {
    const { until, put, host, messages } = await open(document());
    await until('done');
    await put(0.5, true);
    const settingsSince = (start: number) =>
      messages.slice(start).flatMap(({ part }) => (part.setting === undefined ? [] : [part.setting]));
    const held = messages.length;
    const now = host.bench.now();
    host.feed.update({ ...now, data: { data: workspace.path('dev.conllu') } });
    await vi.waitFor(() => expect(messages.length).toBeGreaterThan(held));
    expect(settingsSince(held)).toEqual([]);
  });

  it('takes a file for development unless it is for testing: moved by figures on it then, it warns and is marked', async () => {
    const data = workspace.path('test.conllu');
    writeFileSync(data, readFileSync(workspace.path('dev.conllu'), 'utf8').replaceAll('dev', 'test'));
    const opened = await open(document(data));
    expect((await opened.until('done')).data).toMatchObject({ file: data, role: 'dev' });
    await opened.host.take({ type: 'role', role: 'test' });
    const all = async () =>
      (await readResults(workspace.path('results.jsonl'))).filter((one) => one.data.file === data);
    const recorded = async () => (await all()).filter(({ sfts }) => sfts.length === 2);
    await vi.waitFor(async () => expect(await recorded()).toHaveLength(2), { timeout: 20_000 });
    const untouched = { state: 'done', isTuned: false, warnings: [] };
    await vi.waitFor(() =>
      expect(opened.view()).toMatchObject({ data: { role: 'test' }, evaluation: untouched }),
    );
    expect((await recorded()).map(({ role, tuned }) => [role, tuned])).toEqual([
      ['dev', false],
      ['test', false],
    ]);
    // What they are held against was evaluated, too.
    await vi.waitFor(async () => expect((await all()).map(({ sfts }) => sfts.length)).toContain(1));
    await opened.put(0.3);
    const warned = { isTuned: true, warnings: [expect.stringContaining('test.conllu is a test file')] };
    await vi.waitFor(() => expect(opened.view().evaluation).toMatchObject({ state: 'done', ...warned }), {
      timeout: 20_000,
    });
    expect((await recorded()).at(-1)).toMatchObject({ role: 'test', tuned: true });
    // Another bench, that knows nothing of this one, has it from the record.
    const made = document(data);
    const later = await open({ ...made, data: { data, role: 'test' } });
    expect((await later.until('done')).evaluation).toMatchObject(warned);
    expect((await recorded()).at(-1)?.tuned).toBe(true);
  });

  it('knows of a figure of a sample alone that coefficients have been moved, and records it where it stays alone', async () => {
    const data = workspace.path('long.conllu');
    writeFileSync(data, readFileSync(workspace.path('train.conllu'), 'utf8').repeat(21));
    const { until, put, view } = await open(document(data), { longest: -1 });
    expect((await until('sampled')).evaluation.isTuned).toBe(false);
    await put(0.2);
    await vi.waitFor(() => expect(view().evaluation).toMatchObject({ state: 'sampled', isTuned: true }), {
      timeout: 20_000,
    });
    const recorded = await readResults(workspace.path('results.jsonl'));
    expect(recorded.at(-1)).toMatchObject({ data: { file: data }, examples: 200, of: 1008, tuned: true });
  });

  it('gives a whole file up that turns out to take too long, and keeps the figure of the sample', async () => {
    const many = workspace.path('many.conllu');
    writeFileSync(many, readFileSync(workspace.path('train.conllu'), 'utf8').repeat(20));
    const { until, view, host } = await open(document(many), { longest: -1 });
    await until('sampled');
    expect(view().evaluation).toMatchObject({
      quick: { examples: 200, of: 960 },
      whole: null,
      progress: null,
      problem: null,
    });
    expect(view().difference).toBeNull();
    expect(host.bench.now().history).toEqual([]);
    expect(host.failures).toEqual([]);
  });

  it('sends only what has changed, nothing to a hidden page, and everything to one that is shown again', async () => {
    const { until, put, host, messages, view } = await open(document());
    await until('done');
    // Facts and pairs are looked up beside the evaluation.
    await vi.waitFor(() =>
      expect(view()).toMatchObject({
        pairs: { pairs: expect.any(Array) },
        sfts: { [workspace.path('pos')]: expect.anything() },
      }),
    );
    messages.length = 0;
    await put(0.9);
    await until('done');
    for (const { part } of messages) {
      expect(part).not.toHaveProperty('pairs');
      expect(part).not.toHaveProperty('sfts');
      // The page has moved it itself.
      expect(part).not.toHaveProperty('setting');
    }
    host.feed.close();
    messages.length = 0;
    await put(0.8);
    expect(messages).toEqual([]);
    await host.take({ type: 'ready' });
    expect(messages[0].part).toMatchObject({
      pairs: { pairs: expect.any(Array) },
      setting: host.bench.now().setting,
    });
  });

  it('sweeps over a coefficient, point by point', async () => {
    const { until, host, view } = await open(document());
    await until('done');
    const axes = [{ file: workspace.path('xx'), from: 0, to: 1, count: 3 }];
    await host.take({ type: 'sweep', axes, isWhole: true });
    await vi.waitFor(() => expect(view().sweep?.isRunning).toBe(false));
    const { points, metric } = view().sweep!;
    expect(points.map(({ coefficients }) => coefficients)).toEqual([[0], [0.5], [1]]);
    expect(points[2].value).toBe(view().evaluation.whole?.value);
    expect(metric).toBe('accuracy');
    // It is kept, and with it that the file has been looked at.
    const kept = host.bench.now();
    expect(kept.sweep).toMatchObject({ axes, data: workspace.path('train.conllu'), points });
    const again = await open({ ...kept, history: [] });
    const shown = await again.until('done');
    expect(shown.sweep).toMatchObject({ axes, points, metric, isRunning: false });
    expect(shown.evaluation.isTuned).toBe(true);
  });

  it('keeps the sweep before one that fails, and says why only as long as that is so', async () => {
    const file = workspace.path('mine');
    copyFileSync(workspace.path('xx'), file);
    const made = newComposeDocument([{ file: workspace.path('pos') }, { file }]);
    const { until, host, view } = await open({ ...made, data: { data: workspace.path('train.conllu') } });
    await until('done');
    const axes = [{ file, from: 0, to: 1, count: 2 }];
    await host.take({ type: 'sweep', axes, isWhole: true });
    await vi.waitFor(() => expect(view().sweep).toMatchObject({ isRunning: false, points: { length: 2 } }));
    rmSync(file);
    await host.take({ type: 'sweep', axes: [{ ...axes[0], count: 5 }], isWhole: true });
    await vi.waitFor(() => expect(view().sweep?.problem).toMatchObject({ what: expect.any(String) }));
    expect(view().sweep).toMatchObject({ axes, isRunning: false, points: { length: 2 } });
    host.feed.filesChanged();
    await vi.waitFor(() => expect(view().pairsProblem).toMatchObject({ canForce: false }));
    expect(view().sweep).toMatchObject({ problem: null, points: { length: 2 } });
  });

  it('goes on with a sweep while nobody looks, until the bench is closed', async () => {
    const { until, host, view } = await open(document());
    await until('done');
    const axes = [{ file: workspace.path('xx'), from: 0, to: 1, count: 4 }];
    const sweeping = host.take({ type: 'sweep', axes, isWhole: true });
    host.feed.close();
    await sweeping;
    expect(host.bench.now().sweep?.points).toHaveLength(4);
    await host.take({ type: 'ready' });
    expect(view().sweep).toMatchObject({ isRunning: false, points: { length: 4 } });
    const again = host.take({ type: 'sweep', axes: [{ ...axes[0], from: 0.1 }], isWhole: true });
    host.feed.dispose();
    await again;
    expect(host.bench.now().sweep?.axes).toEqual(axes);
  });

  it('says what cannot be evaluated, and does so again when asked', async () => {
    const data = workspace.path('other.conllu');
    writeFileSync(data, 'text\tlabel\nbada\tgood\n');
    const { until, host } = await open(document(data));
    const { evaluation } = await until('failed');
    expect(evaluation.problem?.what).not.toBe('');
    expect(host.failures).toEqual([]);
    copyFileSync(workspace.path('dev.conllu'), data);
    await host.take({ type: 'action', action: 'again' });
    expect((await until('done')).evaluation).toMatchObject({ problem: null, whole: { examples: 12 } });
  });

  it('says which file is gone, evaluates without a bench in restricted mode not at all', async () => {
    const gone = workspace.path('gone.sft.safetensors');
    const made = newComposeDocument([{ file: gone }]);
    const { view, host } = await open({ ...made, data: { data: workspace.path('train.conllu') } });
    await vi.waitFor(() => expect(view().sfts[gone]?.problem).toMatchObject({ what: expect.any(String) }));
    expect(view().evaluation.state).toBe('off');
    expect(host.failures).toEqual([]);
    session.asked.length = 0;
    const restricted = await open(document(), { isTrusted: false });
    await vi.waitFor(() => expect(restricted.view().pairs).not.toBeNull());
    expect(session.asked.map(({ method }) => method)).not.toContain('openBench');
  });

  it('reads files anew when they have changed', async () => {
    const { until, host, view } = await open(document());
    await until('done');
    const { value } = view().evaluation.whole!;
    const kept = workspace.path('kept');
    copyFileSync(workspace.path('xx'), kept);
    await inventSft(workspace.path('base'), workspace.path('xx'), { seed: 7 });
    try {
      host.feed.filesChanged();
      await vi.waitFor(() => expect(view().evaluation.whole?.value).not.toBe(value), { timeout: 20_000 });
      await until('done');
      // Also if it happens while the page is out of sight.
      host.feed.close();
      copyFileSync(kept, workspace.path('xx'));
      host.feed.filesChanged();
      await host.take({ type: 'ready' });
      await vi.waitFor(() => expect(view().evaluation.whole?.value).toBe(value), { timeout: 20_000 });
    } finally {
      copyFileSync(kept, workspace.path('xx'));
    }
  });
});
