import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/files.ts';
import { cudaWays } from './cuda.ts';
import { fetchEngine } from './fetchEngine.ts';
import type { FetchWay } from './step.ts';
import { tensorflowWays } from './tensorflow.ts';

function way(name: string, more: Partial<FetchWay> = {}): FetchWay {
  return {
    name,
    needs: [],
    makes: ['engine'],
    steps: () => [
      { words: 'making it', work: async (folder) => writeFileSync(join(folder, 'engine'), name) },
    ],
    ...more,
  };
}

const failing = (script: string) =>
  way('a failing way', {
    needs: [['node']],
    steps: ({ node }) => [{ words: 'trying', program: [node, '-e', script] }],
  });

describe('fetching an engine', () => {
  it('puts it into its folder, in place of an earlier one', async () => {
    const engines = temporaryFolder();
    mkdirSync(join(engines, 'cuda'));
    writeFileSync(join(engines, 'cuda', 'old'), '');
    const fetched = await fetchEngine('cuda', { engines, ways: [way('one')] });
    expect(fetched).toEqual({ folder: join(engines, 'cuda'), way: 'one' });
    expect(readdirSync(join(engines, 'cuda'))).toEqual(['engine']);
    expect(readdirSync(engines)).toEqual(['cuda']);
  });

  it('takes the next way where one fails, and says so', async () => {
    const engines = temporaryFolder();
    const told: string[] = [];
    await fetchEngine('tfjs-node', {
      engines,
      ways: [failing("console.error('error: no route to host'); process.exit(3)"), way('another way')],
      onDetour: (words) => told.push(words),
    });
    expect(told).toEqual([
      'The engine tfjs-node could not be fetched: trying failed (error: no route to host). Trying another way.',
    ]);
    expect(readFileSync(join(engines, 'tfjs-node', 'engine'), 'utf8')).toBe('another way');
  });

  it.each<[string, FetchWay, string]>([
    ['a program that fails', failing('process.exit(1)'), 'engine-fetch'],
    ['a program that is missing', way('x', { needs: [['sft-no-such-program']] }), 'engine-fetch-needs'],
    ['a result that is not there', way('x', { steps: () => [] }), 'engine-fetch'],
  ])('leaves nothing of an attempt behind: %s', async (_, broken, code) => {
    const engines = temporaryFolder();
    await expect(fetchEngine('cuda', { engines, ways: [broken] })).rejects.toMatchObject({ code });
    expect(readdirSync(engines)).toEqual([]);
  });

  it('stops when it is told to', async () => {
    const engines = temporaryFolder();
    const stop = new AbortController();
    const endless = failing('setInterval(() => {}, 1000)');
    const fetching = fetchEngine('cuda', {
      engines,
      ways: [endless, way('never tried')],
      signal: stop.signal,
      onStep: () => setImmediate(() => stop.abort(new Error('stopped'))),
    });
    await expect(fetching).rejects.toThrow('stopped');
    expect(existsSync(join(engines, 'cuda'))).toBe(false);
  });
});

it('no way names a registry, and each says what it makes', () => {
  const programs = { npm: 'npm', pip3: 'pip3', unzip: 'unzip', 'g++': 'g++' };
  for (const { makes, steps } of [
    ...tensorflowWays('tfjs-node'),
    ...tensorflowWays('tfjs-node-gpu'),
    ...cudaWays(),
  ]) {
    expect(makes.length).toBeGreaterThan(0);
    const words = steps(programs).flatMap(({ program = [] }) => [...program]);
    expect(words.join(' ')).not.toMatch(/https?:|undefined/);
  }
});
