import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sft, sftJson } from '../test/support/cli.ts';
import { otherMasks } from './recipes.ts';
import { settings } from './settings.ts';
import { makeWorkspace } from './workspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'sft-demo-notebook-'));

describe("the demo's notebook", () => {
  beforeAll(async () => {
    const { source, targets } = makeWorkspace(settings.world, join(import.meta.dirname, 'base'), folder);
    const masks = otherMasks.map(({ name }) => `masks/${targets[0]}-${name}`);
    for (const name of [source, ...targets, `pos-${source}`, ...masks])
      await sftJson(['train', `${name}.sft.yaml`, '--threads', '1'], { cwd: folder });
  }, 1_200_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('runs, and what it claims holds', { timeout: 600_000 }, async () => {
    const { code, stdout } = await sft(['run', 'transfer.sftnb', '--json'], { cwd: folder });
    const { failed, refuted, claims } = JSON.parse(stdout) as {
      failed: number[];
      refuted: number;
      claims: number;
    };
    expect({ failed, refuted }).toEqual({ failed: [], refuted: 0 });
    expect(claims).toBeGreaterThanOrEqual(6);
    expect(code).toBe(0);
  });
});
