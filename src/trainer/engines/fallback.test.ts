import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/files.ts';
import { tinyWorkspace } from '../../../test/support/tinyWorkspace.ts';
import { compiledEngine } from '../../engine/compiled/compiledEngine.ts';
import type { Engine } from '../../engine/engine.ts';
import { EngineFailure, guarded } from '../../engine/engineFailure.ts';
import { readSft } from '../../formats/sftFile.ts';
import type { RunEvent } from '../../protocol/events.ts';
import { foldEvent, newRunView } from '../../protocol/runView.ts';
import { loadRecipe } from '../../recipe/load.ts';
import { prepareRun } from '../prepare.ts';
import { openRunFolder, trainSafely } from '../runRecipe.ts';
import { engineFailed, nextAttempt, RunInterrupted } from './fallback.ts';
import type { OpenEngine } from './runEngine.ts';

const interrupted = (engine: string, microTokens: number) =>
  new RunInterrupted(new EngineFailure(engine, 'memory', new Error('out of memory')), microTokens);

describe('what is tried after an engine failed', () => {
  it('is half as much at a time, then the processor', () => {
    const first = nextAttempt(interrupted('webgpu', 512), undefined);
    expect(first).toMatchObject({ engine: 'webgpu', microTokens: 256 });
    const second = nextAttempt(interrupted('webgpu', 256), first);
    expect(second).toEqual({ engine: 'cpu', notes: [expect.any(String), expect.any(String)] });
    const third = nextAttempt(interrupted('cpu', 512), second);
    expect(third).toMatchObject({ engine: 'cpu', microTokens: 256 });
    expect(nextAttempt(interrupted('cpu', 256), third)).toBeUndefined();
  });

  it('is the processor at once where a run is small already, and nothing where that is the processor', () => {
    expect(nextAttempt(interrupted('cuda', 100), undefined)).toMatchObject({ engine: 'cpu' });
    expect(nextAttempt(interrupted('cpu', 100), undefined)).toBeUndefined();
    // Which may be the only engine there is.
    expect(nextAttempt(interrupted('wasm', 100), undefined)).toBeUndefined();
  });
});

const said = (engine: string, kind: 'memory' | 'lost', ofRun = false) =>
  engineFailed(new EngineFailure(engine, kind, new Error('why')), ofRun).message;

describe('what is said of an engine that failed', () => {
  it('advises what can be done of that engine, there', () => {
    expect(said('webgpu', 'lost')).toMatch(/webgpu failed: why\..*Try again with --engine cpu/);
    expect(said('webgpu', 'lost', true)).toMatch(/Resume the run.*--engine cpu/);
    expect(said('wasm', 'memory')).toMatch(/wasm ran out of memory: why\..*Close other programs/);
    expect(said('cpu', 'lost')).not.toContain('--engine cpu');
  });
});

/** A processor as a card that compiles in its own way. */
function card(compileBy: (compile: Engine['compile']) => Engine['compile']): OpenEngine {
  return async (choice) => {
    const cpu = compiledEngine({ threads: 1 });
    if (choice === 'cpu') return guarded(cpu, false);
    return guarded({ ...cpu, name: 'webgpu', compile: compileBy((spec) => cpu.compile(spec)) }, true);
  };
}

/** A card that fails in its runs of these numbers, counted over all of its lives. */
function failingCard(fails: readonly number[], message: string): OpenEngine {
  let runs = 0;
  return card((compile) => async (spec) => {
    const executable = await compile(spec);
    return {
      ...executable,
      async run(...given) {
        if (fails.includes(++runs)) throw new Error(message);
        await executable.run(...given);
      },
    };
  });
}

/** A card that has no memory for the graph that it is given as the `nth`, counted over all of its lives. */
function cardWithoutRoom(nth: number): OpenEngine {
  let graphs = 0;
  return card((compile) => async (spec) => {
    if (++graphs === nth) throw new Error('Failed to allocate memory for requested buffer');
    return compile(spec);
  });
}

async function trainOn(openEngine: OpenEngine) {
  const workspace = await tinyWorkspace(temporaryFolder());
  const loaded = await loadRecipe(workspace.task('pos'));
  const prepare = () => prepareRun(loaded);
  const run = await openRunFolder(loaded, (await prepare()).recipe, {});
  const told: RunEvent[] = [];
  let view = newRunView();
  let wentBack = 0;
  const options = {
    engine: 'webgpu',
    threads: 1,
    openEngine,
    past: (event: RunEvent) => foldEvent(view, event),
    goesBack() {
      wentBack++;
      view = newRunView();
    },
  } as const;
  try {
    for await (const event of trainSafely(run, prepare, options)) {
      told.push(event);
      foldEvent(view, event);
    }
  } finally {
    await run.claim.release();
  }
  const events = readFileSync(join(run.folder, 'events.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent);
  const stepsOf = (phase: string) =>
    events.flatMap((event) => (event.type === 'step' && event.phase === phase ? [event.step] : []));
  const notes = events.flatMap((event) => (event.type === 'note' ? [event.text] : []));
  return { run, told, view, wentBack, events, stepsOf, notes };
}

const twelve = Array.from({ length: 12 }, (_, i) => i + 1);

/** Too little memory for anything. */
const never: OpenEngine = async () =>
  guarded(
    {
      ...compiledEngine({ threads: 1 }),
      async compile() {
        throw new Error('std::bad_alloc');
      },
    },
    false,
  );

describe('a run whose card has no room for a graph', () => {
  it.each([
    { nth: 1, graph: 'of the full phase' },
    { nth: 2, graph: 'of its validation' },
    { nth: 3, graph: 'of the sparse phase' },
  ])('goes on with less at a time: that $graph', async ({ nth }) => {
    const { stepsOf, notes, view } = await trainOn(cardWithoutRoom(nth));
    expect(stepsOf('full')).toEqual(twelve);
    expect(stepsOf('sparse')).toEqual(twelve);
    expect(notes).toEqual([expect.stringMatching(/^The engine webgpu ran out of memory/)]);
    expect(view.run.status).toBe('done');
  });
});

describe('a run whose card fails in the middle', () => {
  it('goes on from its checkpoint with less at a time, and says so', async () => {
    const { run, stepsOf, notes, view, wentBack, events } = await trainOn(
      failingCard([9], 'Failed to allocate memory for requested buffer'),
    );
    expect(wentBack).toBe(1);
    expect(stepsOf('full')).toEqual(twelve);
    expect(stepsOf('sparse')).toEqual(twelve);
    expect(notes).toEqual([
      expect.stringMatching(/^The engine webgpu ran out of memory .* word pieces at a time instead of \d+/),
    ]);
    expect(view.run.status).toBe('done');
    expect(view.events).toBe(events.length);
    const { metadata } = await readSft(run.sft);
    expect(metadata).toMatchObject({
      reproducible: false,
      engine: expect.stringMatching(/^webgpu/) as string,
    });
  });

  it('falls back to the processor where that fails too', async () => {
    const { run, stepsOf, notes, wentBack } = await trainOn(failingCard([9, 10], 'device lost'));
    expect(wentBack).toBe(2);
    expect(stepsOf('full')).toEqual(twelve);
    expect(notes.map((text) => /on the processor|at a time/.exec(text)?.[0])).toEqual([
      'at a time',
      'on the processor',
    ]);
    const { metadata } = await readSft(run.sft);
    expect(metadata).toMatchObject({ reproducible: false, engine: expect.stringMatching(/^cpu/) as string });
  });

  it('begins anew where there was no checkpoint yet', async () => {
    const { stepsOf, notes, events } = await trainOn(failingCard([2], 'device lost'));
    expect(stepsOf('full')).toEqual(twelve);
    expect(events.filter(({ type }) => type === 'start')).toHaveLength(1);
    expect(notes).toHaveLength(1);
  });

  it('fails with a sentence where nothing is left to try', async () => {
    await expect(trainOn(never)).rejects.toMatchObject({ code: 'engine-failed' });
  });
});
