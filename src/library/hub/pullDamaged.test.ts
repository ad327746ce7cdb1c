import * as fc from 'fast-check';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { UserError } from '../../core/errors/userError.ts';
import { answer } from '../../../test/support/hub/bytes.ts';
import { startHub } from '../../../test/support/hub/hub.ts';
import { patterned } from '../../../test/support/hub/tinyModels.ts';
import { temporaryFolder } from '../../../test/support/files.ts';
import { fuzzRuns, fuzzTimeout, mutations } from '../../../test/support/mutate.ts';
import { cachedModel } from '../../formats/hubCache.ts';
import { hubEnvironment } from './environment.ts';
import { pullModel } from './pull.ts';

const reference = { id: 'org/base', revision: 'main' };

/** Each of the answers on the way to a sharded model, damaged: read, or refused with a sentence; nothing lands elsewhere. */
test.each([
  ['/revision/', 0.4],
  ['/tree/', 0.5],
  // Each of these is a file to be written and synced.
  ['.index.json', 0.1],
] as const)(
  'damaged answers to requests of *%s* are refused or harmless',
  { timeout: fuzzTimeout(600_000) },
  async (place, share) => {
    const hub = await startHub();
    onTestFinished(async () => hub.close());
    const outside = temporaryFolder();
    const cache = join(outside, 'cache');
    const index = JSON.stringify({ weight_map: { a: 'model-1.safetensors', b: 'model-2.safetensors' } });
    const shards = { 'model-1.safetensors': patterned(1500), 'model-2.safetensors': patterned(1500, 2) };
    const files = { 'config.json': '{}', ...shards };
    const commit = hub.add('org/base', { ...files, 'model.safetensors.index.json': index });
    const environment = await hubEnvironment({ HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: cache });
    const pull = async () =>
      pullModel(reference, environment, {
        signal: new AbortController().signal,
        tools: { silence: 60_000, wait: async () => undefined },
      });
    await pull();
    const good = await goodAnswer(hub.endpoint, commit, place);
    const outcomes = { read: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(mutations(good), async (bytes) => {
        // A damaged index is what the repository holds: with its own checksum, else that alone would give it away.
        if (place === '.index.json') hub.add('org/base', { ...files, 'model.safetensors.index.json': bytes });
        else hub.trick = ({ path }) => (path.includes(place) ? answer(200, {}, bytes) : undefined);
        try {
          const { folder } = await pull();
          expect(cachedModel(reference, cache)?.folder).toBe(folder);
          outcomes.read++;
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          outcomes.refused++;
        }
      }),
      { numRuns: Math.ceil(share * fuzzRuns) },
    );
    expect(readdirSync(outside)).toEqual(['cache']);
    expect(readdirSync(cache).sort()).toEqual(['.locks', 'models--org--base']);
    expect(outcomes.read).toBeGreaterThan(0);
    expect(outcomes.refused).toBeGreaterThan(0);
  },
);

async function goodAnswer(endpoint: string, commit: string, place: string): Promise<Uint8Array> {
  const paths: Readonly<Record<string, string>> = {
    '/revision/': '/api/models/org/base/revision/main',
    '/tree/': `/api/models/org/base/tree/${commit}`,
    '.index.json': `/org/base/resolve/${commit}/model.safetensors.index.json`,
  };
  return new Uint8Array(await (await fetch(`${endpoint}${paths[place]}`)).arrayBuffer());
}
