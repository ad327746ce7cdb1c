import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LiveStatus, RunProgress } from '../../protocol/liveRun.ts';
import type { ResultRecord } from '../../protocol/results.ts';
import type { RunEnd } from '../../protocol/runEnd.ts';
import type { BaseListing, Listed, RunListing, SftListing } from '../../protocol/session.ts';
import { english as t } from '../translate.ts';
import { baseTree } from './baseTree.ts';
import { cardOf } from './cards.ts';
import { newClock } from './figures.ts';
import { flat, graft } from './graft.ts';
import { sweepFileOf, type TreeNode } from './nodes.ts';
import { rowOf, type Voice } from './rows.ts';
import { hasRunsElsewhere, runTree } from './runTree.ts';
import { sftTree } from './sftTree.ts';
import { sweepId, sweepOf } from './sweeps.ts';

const now = () => Date.UTC(2026, 2, 4, 14, 0);
const voice: Voice = { t, now, clock: newClock('en-GB', now, 'UTC') };

/** An evaluation of an SFT on a day. */
const result = (day: string, value: number, more: Partial<ResultRecord> = {}): ResultRecord => ({
  date: `2026-03-${day}T00:00:00Z`,
  base: { name: 'base', fingerprint: 'f' },
  sfts: [{ name: 'x.sft.safetensors', file: '/w/x.sft.safetensors', hash: 'h', coefficient: 1 }],
  rule: 'sum',
  data: { file: '/d/dev.conllu', sha256: 's' },
  metric: 'f1',
  value,
  low: value - 0.1,
  high: value + 0.1,
  metrics: {},
  examples: 10,
  of: 10,
  units: 10,
  role: null,
  tuned: false,
  ...more,
});

function sft(file: string, more: Partial<SftListing> = {}): Listed<SftListing> {
  const name = (file.split('/').at(-1) ?? '').replace('.sft.safetensors', '');
  const found: SftListing = {
    file,
    name,
    kind: 'language',
    task: null,
    language: 'mt',
    base: 'xlm-roberta-base',
    baseFingerprint: 'f00d'.repeat(16),
    entries: 7_600_000,
    density: 0.043,
    labels: null,
    metrics: { perplexity: 31.2 },
    date: '2026-03-01T10:00:00Z',
    bytes: 61_000_000,
    parts: [],
    reproducible: true,
    ...more,
  };
  return { path: file, found };
}

function run(folder: string, time: number, end: RunEnd | null, more: Partial<RunListing> = {}) {
  const found = {
    folder,
    name: 'x',
    kind: 'task',
    end,
    time,
    seconds: null,
    metrics: {},
    sft: null,
    ...more,
  };
  return { path: folder, found };
}

const done: RunEnd = { outcome: 'done', cause: null, resumable: false };
const ended = (outcome: RunEnd['outcome'], short: string): RunEnd => ({
  outcome,
  cause: { what: 'Its process was killed.', short, advice: 'Resume.', log: [] },
  resumable: true,
});

function live(
  folder: string,
  status: LiveStatus,
  more: Partial<RunProgress> = {},
  position: number | null = null,
) {
  const entry = { folder, name: folder, status, since: 0 } as never;
  const progress: RunProgress = {
    live: { status, position, memory: 3.1e9, node: 'plain Node 24.0.0', pid: 1 },
    phase: null,
    done: 0,
    steps: 0,
    phaseSecondsLeft: null,
    secondsLeft: null,
    loss: null,
    ...more,
  };
  return { entry, progress };
}

const base = (folder: string, name: string, parameters: number): Listed<BaseListing> => ({
  path: folder,
  found: { folder, name, modelType: 'xlm-roberta', layers: 12, hiddenSize: 768, parameters },
});

const face = (node: TreeNode) => JSON.stringify(rowOf(node, voice));
const running = (done: number) =>
  live('/r/a', 'running', { phase: 'full', done, steps: 200, phaseDone: done, phaseSteps: 100 });
const memory = (loss: number) => live('/r/a', 'running', { phase: 'full', done: 1, steps: 100, loss });
const as = (kind: SftListing['kind']) => [
  sft('/w/a.sft.safetensors', { kind }),
  sft('/w/l.sft.safetensors'),
  sft('/w/t.sft.safetensors', { kind: 'task' }),
];

/** The tree as text, two spaces a level. */
function drawn(nodes: readonly TreeNode[], level = 0): string[] {
  return nodes.flatMap((node) => {
    const { label, description } = rowOf(node, voice);
    return [
      `${'  '.repeat(level)}${label} | ${description}`,
      ...(node.kind === 'group' ? drawn(node.children, level + 1) : []),
    ];
  });
}

describe('SFTs', () => {
  it('stand under base model and kind, with density and metric', () => {
    const tree = sftTree(
      [
        sft('/w/mt.sft.safetensors'),
        sft('/w/pos.sft.safetensors', { kind: 'task', density: 0.08, metrics: { accuracy: 0.944 } }),
        sft('/w/pos+mt.sft.safetensors', { kind: 'composed', density: null, metrics: {} }),
      ],
      t,
    );
    expect(drawn(tree)).toEqual([
      'xlm-roberta-base | ',
      '  Languages | ',
      '    mt | 4.3 % · ppl 31.2',
      '  Tasks | ',
      '    pos | 8.0 % · acc 94.4 %',
      '  Composed | ',
      '    pos+mt | K 7,600,000',
    ]);
  });

  it('tells bases of one name apart, and counts an SFT without fingerprint in where there is no doubt', () => {
    const other = { baseFingerprint: 'beef'.repeat(16) };
    const nameless = { baseFingerprint: null };
    const one = sftTree([sft('/w/a.sft.safetensors'), sft('/w/b.sft.safetensors', nameless)], t);
    expect(one).toHaveLength(1);
    const two = sftTree(
      [
        sft('/w/a.sft.safetensors'),
        sft('/w/b.sft.safetensors', other),
        sft('/w/c.sft.safetensors', nameless),
        sft('/w/d.sft.safetensors', { base: null, baseFingerprint: null }),
      ],
      t,
    );
    expect(two.map((node) => rowOf(node, voice).description).sort()).toEqual([
      '',
      '',
      'beefbeef',
      'f00df00d',
    ]);
    expect(two.map((node) => rowOf(node, voice).label)).toContain('Unknown base model');
  });

  it('of one name say in which folder they lie', () => {
    const tree = sftTree([sft('/w/runs/mt-1/mt.sft.safetensors'), sft('/w/runs/mt-2/mt.sft.safetensors')], t);
    const leaves = flat(tree).filter(({ kind }) => kind === 'sft');
    expect(leaves.map((node) => rowOf(node, voice).description)).toEqual([
      'mt-1 · 4.3 % · ppl 31.2',
      'mt-2 · 4.3 % · ppl 31.2',
    ]);
  });

  it('that cannot be read say why, without the path that stands there already', () => {
    const path = '/w/broken.sft.safetensors';
    const problem = { code: 'sft-broken', what: `${path}: It is cut off.`, advice: 'Copy it again.' };
    const [node] = sftTree([{ path, problem }], t);
    expect(rowOf(node, voice)).toMatchObject({
      label: 'broken.sft.safetensors',
      description: 'It is cut off.',
      context: 'problem',
    });
    const gone = { path, problem: { code: 'file-missing', what: 'Gone.', advice: '' } };
    expect(sftTree([gone], t)).toEqual([]);
  });

  it('have ids of their own, and the contexts that menus ask for', () => {
    const kinds = fc.constantFrom<SftListing['kind']>('language', 'task', 'composed');
    const fingerprint = fc.constantFrom(null, 'aa', 'bb');
    const files = fc.uniqueArray(fc.webPath(), { minLength: 1 });
    fc.assert(
      fc.property(files, fc.array(fc.tuple(kinds, fingerprint), { minLength: 1 }), (paths, facts) => {
        const listings = paths.map((path, i) => {
          const [kind, baseFingerprint] = facts[i % facts.length];
          return sft(`/w${path}.sft.safetensors`, { kind, baseFingerprint });
        });
        const nodes = flat(sftTree(listings, t));
        expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
        const leaves = nodes.filter(({ kind }) => kind === 'sft');
        expect(leaves).toHaveLength(listings.length);
        for (const leaf of leaves)
          expect(rowOf(leaf, voice).context).toMatch(/^sft\.(language|task|composed)$/);
      }),
    );
  });
});

describe('runs', () => {
  it('has the runs of a sweep together, where the newest of them is', () => {
    const tree = runTree(
      [live('/w/sweeps/pos/runs/c', 'running')],
      [
        run('/w/runs/old', 1, done),
        run('/w/sweeps/pos/runs/a', 2, done),
        run('/w/runs/middle', 3, done),
        run('/w/sweeps/pos/runs/b', 4, ended('failed', 'x')),
        run('/w/sweeps/pos/runs/c', 5, null),
        run('/w/sweeps/other/runs/a', 6, done),
      ],
    );
    expect(tree.map((node) => rowOf(node, voice).label)).toEqual(['c', 'other', 'pos', 'middle', 'old']);
    const row = rowOf(tree[2], voice);
    expect(row).toMatchObject({
      description: '1 done · 1 failed',
      below: 'closed',
      spoken: 'pos, 1 done · 1 failed',
    });
    expect(
      flat([tree[2]])
        .slice(1)
        .map((node) => rowOf(node, voice).label),
    ).toEqual(['b', 'a']);
  });

  it('come in turn: who computes, who waits, who rests, then the past, the newest first', () => {
    const tree = runTree(
      [
        live('/r/rest', 'paused', { phase: 'full', done: 5, steps: 20, phaseDone: 5, phaseSteps: 10 }),
        live('/r/second', 'queued', {}, 2),
        live('/r/first', 'queued', {}, 1),
        live('/r/pos-en', 'running', {
          phase: 'full',
          done: 69,
          steps: 200,
          phaseDone: 69,
          phaseSteps: 100,
          secondsLeft: 6000,
        }),
        live('/r/new', 'running'),
        live('/r/zz', 'running', {
          phase: 'sparse',
          done: 301,
          steps: 600,
          phaseDone: 1,
          phaseSteps: 300,
          choosesMask: false,
        }),
        // Of an older version: it says how far the whole run is, which is not said of its phase.
        live('/r/zzz', 'running', { phase: 'full', done: 1, steps: 2 }),
      ],
      [
        run('/r/old', 1, ended('stopped', '')),
        run('/r/wo-1', 9, done, { seconds: 720, metrics: { perplexity: 44 } }),
        run('/r/gv-1', 8, ended('interrupted', 'probably out of memory')),
        run('/r/far', 7, null),
        run('/r/bad', 6, ended('failed', 'no such file')),
        run('/r/rest', 99, null),
      ],
      800,
    );
    expect(drawn(tree)).toEqual([
      'new | starting',
      'pos-en | full 69 % · ≈ 15:40',
      'zz | sparse 0 %',
      'zzz | full',
      'first | queued, place 1',
      'second | queued, place 2',
      'rest | paused · full 50 %',
      'wo-1 | 12 min · ppl 44.0',
      'gv-1 | interrupted: probably out of memory',
      'far | at work elsewhere',
      'bad | failed: no such file',
      'old | stopped',
      'Show 800 more | ',
    ]);
    expect(tree.map((node) => rowOf(node, voice).context)).toEqual([
      'run.running',
      'run.running',
      'run.running.chosen',
      'run.running',
      'run.queued',
      'run.queued',
      'run.paused',
      'run.ended',
      'run.resumable',
      'run.elsewhere',
      'run.resumable',
      'run.resumable',
      'more',
    ]);
  });
});

describe('base models', () => {
  it('say how large they are; of those that cannot be used only the own ones are told', () => {
    const problem = { code: 'model-type', what: 'No encoder.', advice: 'Choose another.' };
    const tree = baseTree(
      [
        base('/m/b', 'xlm-roberta-base', 278e6),
        base('/m/a', 'all-MiniLM', 22.7e6),
        { path: '/cache/gpt', problem },
        { path: '/w/gpt', problem },
      ],
      (path) => path.startsWith('/w'),
    );
    expect(drawn(tree)).toEqual([
      'all-MiniLM | 23M · xlm-roberta',
      'xlm-roberta-base | 278M · xlm-roberta',
      'gpt | No encoder.',
    ]);
  });
});

describe('cards', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(
      '[run](command:workbench.action.quit)',
      '<img src="https://example.org/x">',
      'a | b\n\n# head',
      '\u202etxt.exe',
      'שלום 👋🏽 $(trash)',
    ),
  );

  it('hold what files say as text alone', () => {
    fc.assert(
      fc.property(hostile, hostile, (name, value) => {
        const [group] = sftTree(
          [
            sft(`/w/${name}`, {
              name,
              language: value,
              base: value,
              metrics: { [name]: 1 },
              parts: [{ name: value, coefficient: 1 }],
            }),
          ],
          t,
        );
        for (const node of flat([group])) {
          const text = cardOf(node, voice) ?? '';
          expect(text).not.toMatch(/(?<!\\)[[\]<>$#]/);
          expect(text).not.toMatch(/[\u202a-\u202e]/);
          for (const line of text.split('\n').filter((one) => one.startsWith('|')))
            expect(line.replaceAll(String.raw`\|`, '').split('|')).toHaveLength(4);
          const { label, description, spoken } = rowOf(node, voice);
          expect(label + description + spoken).not.toMatch(/[\n\u202a-\u202e]/);
        }
      }),
    );
  });

  it('say what was measured, of what it was made, and how large the file is', () => {
    const [listing] = [
      sft('/w/x.sft.safetensors', {
        kind: 'composed',
        metrics: { accuracy: 0.613, loss: 1.25 },
        interval: { metric: 'accuracy', low: 0.604, high: 0.622 },
        parts: [{ name: 'mt', coefficient: 0.7 }],
      }),
    ];
    const leaf = flat(sftTree([listing], t)).find(({ kind }) => kind === 'sft')!;
    const card = (cardOf(leaf, voice) ?? '').replace(/[\\\u2068\u2069]/g, '');
    expect(card).toContain('| accuracy | 61.3 % (95 % interval 60.4 % to 62.2 %) |');
    expect(card).toContain('| loss | 1.250 |');
    expect(card).toContain('| Composed of | 0.7 × mt |');
    expect(card).toContain('| Size | 61 MB |');
  });

  it('say of a live run how far its phase is, and how far all of it', () => {
    const steps = { done: 264, steps: 600, phaseDone: 264, phaseSteps: 300 };
    const [node] = runTree([live('/r/a', 'running', { phase: 'full', ...steps })], []);
    const card = (cardOf(node, voice) ?? '').replace(/[\\\u2068\u2069]/g, '');
    expect(card).toContain('| Progress | full 88 % |');
    expect(card).toContain('| Steps of the phase | 264 / 300 (88 %) |');
    expect(card).toContain('| Steps of the whole run | 264 / 600 (44 %) |');
  });

  it('name the last evaluations, the newest first', () => {
    const [listing] = [sft('/w/x.sft.safetensors', { date: '2026-03-01T00:00:00Z' })];
    const leaf = flat(sftTree([listing], t)).find(({ kind }) => kind === 'sft')!;
    const results = [result('05', 0.5, { tuned: true }), result('02', 0.4)];
    const card = (cardOf(leaf, voice, results) ?? '').replace(/[\\\u2068\u2069]/g, '');
    const lines = card.split('\n').filter((line) => line.startsWith('| Evaluated'));
    expect(lines).toEqual([
      '| Evaluated | x on dev.conllu: F1 50.0 % (40.0 % to 60.0 %), tuned on this file |',
      '| Evaluated | x on dev.conllu: F1 40.0 % (30.0 % to 50.0 %) |',
    ]);
  });
});

describe('a change', () => {
  const past = [run('/r/b', 2, done), run('/r/c', 1, done)];

  it('of one run shows one item anew, the same object as before', () => {
    const { roots } = graft([], runTree([running(1)], past), face);
    const after = graft(roots, runTree([running(2)], past), face);
    expect(after.changed).toEqual([roots[0]]);
    expect(after.roots[0]).toBe(roots[0]);
    expect(rowOf(roots[0], voice).description).toBe('full 2 %');
  });

  it('of nothing that is seen shows nothing anew, and keeps what is not seen up to date', () => {
    const { roots } = graft([], runTree([memory(1)], past), face);
    expect(graft(roots, runTree([memory(0.5)], past), face).changed).toEqual([]);
    expect(cardOf(roots[0], voice)?.replaceAll('\\', '')).toContain('0.5000');
  });

  it('of which items there are shows their list anew', () => {
    const { roots } = graft([], runTree([], past), face);
    expect(graft(roots, runTree([running(1)], past), face).changed).toBe('all');
  });

  it('below a group shows that group anew, and its items stay the same objects', () => {
    const a = sft('/w/a.sft.safetensors');
    const b = sft('/w/b.sft.safetensors');
    const task = sft('/w/t.sft.safetensors', { kind: 'task' });
    const { roots } = graft([], sftTree([a, task], t), face);
    const leaf = flat(roots).find(({ id }) => id === 'sft:/w/a.sft.safetensors');
    const after = graft(roots, sftTree([a, b, task], t), face);
    const changed = after.changed as readonly TreeNode[];
    expect(changed.map((node) => rowOf(node, voice).label)).toEqual(['Languages']);
    expect(flat(after.roots)).toContain(leaf);
    expect(drawn(after.roots)).toContain('    b | 4.3 % · ppl 31.2');
  });

  it('that moves an item from group to group shows everything anew', () => {
    const { roots } = graft([], sftTree(as('task'), t), face);
    expect(graft(roots, sftTree(as('language'), t), face).changed).toBe('all');
  });

  it('whatever it is, ends in the tree that was asked for', () => {
    const kind = fc.constantFrom<SftListing['kind']>('language', 'task', 'composed');
    const listing = fc
      .tuple(fc.integer({ min: 0, max: 9 }), kind, fc.constantFrom('aa', 'bb'), fc.double({ min: 0, max: 1 }))
      .map(([i, kind, baseFingerprint, density]) =>
        sft(`/w/${i}.sft.safetensors`, { kind, baseFingerprint, density }),
      );
    const listings = fc.uniqueArray(listing, { selector: ({ path }) => path });
    fc.assert(
      fc.property(listings, listings, (before, after) => {
        const { roots } = graft([], sftTree(before, t), face);
        const wanted = sftTree(after, t);
        expect(drawn(graft(roots, wanted, face).roots)).toEqual(drawn(wanted));
      }),
    );
  });
});

it('shows how far a run is that another computer works on', () => {
  const progress = {
    phase: 'full',
    done: 69,
    steps: 200,
    phaseDone: 69,
    phaseSteps: 100,
    phaseSecondsLeft: 60,
    secondsLeft: 1800,
    loss: 1,
  };
  const [there, unknown] = runTree(
    [],
    [
      run('/w/runs/a', 2, null, { elsewhere: { host: 'node\n7', progress } }),
      run('/w/runs/b', 1, null, {
        elsewhere: {
          host: 'node8',
          progress: { ...progress, phase: null, done: 0, steps: 0, phaseSteps: 0, secondsLeft: null },
        },
      }),
    ],
  ).map((node) => rowOf(node, voice));
  expect(there).toMatchObject({ description: 'on node 7 · full 69 % · ≈ 14:30', context: 'run.elsewhere' });
  expect(unknown.description).toBe('on node8');
});

it('has the runs of sweeps that nobody has started below their headings', () => {
  const waiting = [
    { folder: '/w/sweeps/pos', names: ['c', 'd'] },
    { folder: '/w/sweeps/new', names: ['a'] },
  ];
  const tree = runTree(
    [],
    [run('/w/sweeps/pos/runs/a', 2, done), run('/w/sweeps/pos/runs/b', 1, null), run('/w/runs/old', 3, done)],
    0,
    waiting,
  );
  expect(tree.map((node) => rowOf(node, voice))).toMatchObject([
    { label: 'new', description: '1 waiting' },
    { label: 'old' },
    { label: 'pos', description: '1 done · 1 at work · 2 waiting' },
  ]);
  expect(flat([tree[2]]).map((node) => rowOf(node, voice).spoken)).toContain('c, waiting');
});

it('knows of runs on which another computer works', () => {
  expect(hasRunsElsewhere(runTree([], [run('/w/runs/a', 1, null)]))).toBe(true);
  expect(hasRunsElsewhere(runTree([], [run('/w/sweeps/x/runs/a', 1, null)]))).toBe(true);
  expect(hasRunsElsewhere(runTree([live('/w/runs/a', 'running')], [run('/w/runs/a', 1, null)]))).toBe(false);
  expect(hasRunsElsewhere(runTree([], [run('/w/runs/a', 1, done)]))).toBe(false);
});

describe('a sweep', () => {
  it('is named by the heading of its runs, and by its file', () => {
    const folder = join('/w', 'sweeps', 'pos');
    expect(sweepOf(join(folder, 'runs', 'a'))).toBe(folder);
    expect(sweepOf(join('/w', 'runs', 'a'))).toBeUndefined();
    const heading = { kind: 'group', id: sweepId(folder), of: 'sweep' };
    expect(sweepFileOf(heading)).toBe(join('/w', 'pos.sweep.yaml'));
    expect(sweepFileOf({ fsPath: '/w/other.sweep.yaml' })).toBe('/w/other.sweep.yaml');
    expect(sweepFileOf(undefined)).toBeUndefined();
  });
});
