import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sft, sftJson } from '../test/support/cli.ts';
import { otherMasks } from './recipes.ts';
import { settings } from './settings.ts';
import { makeWorkspace } from './workspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'sft-demo-notebook-'));

interface Outcome {
  readonly code: number | null;
  readonly failed: readonly number[];
  readonly refuted: number;
  readonly claims: number;
}

async function run(): Promise<Outcome> {
  const { code, stdout } = await sft(['run', 'transfer.sftnb', '--json'], { cwd: folder });
  return { code, ...(JSON.parse(stdout) as Omit<Outcome, 'code'>) };
}

async function train(names: readonly string[]): Promise<void> {
  for (const name of names) await sftJson(['train', `${name}.sft.yaml`, '--threads', '1'], { cwd: folder });
}

describe("the demo's notebook", () => {
  let targets: readonly string[] = [];
  beforeAll(async () => {
    const world = makeWorkspace(settings.world, join(import.meta.dirname, 'base'), folder);
    ({ targets } = world);
    await train([world.source, targets[0], `pos-${world.source}`]);
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('begins with cells that work with the three SFTs of the walkthrough', { timeout: 600_000 }, async () => {
    const cells = readFileSync(join(folder, 'transfer.sftnb'), 'utf8').split(/^%% /m).slice(2);
    const more = cells.findIndex((text) => text.includes('## Another language')) + 1;
    const { failed, refuted, claims } = await run();
    expect(Math.min(...failed)).toBeGreaterThan(more);
    expect(more).toBeGreaterThan(cells.length / 3);
    expect(claims - refuted).toBe(3);
  });

  it('runs, and what it claims holds', { timeout: 1_200_000 }, async () => {
    await train([...targets.slice(1), ...otherMasks.map(({ name }) => `masks/${targets[0]}-${name}`)]);
    const { code, failed, refuted, claims } = await run();
    expect({ failed, refuted }).toEqual({ failed: [], refuted: 0 });
    expect(claims).toBeGreaterThanOrEqual(6);
    expect(code).toBe(0);
  });
});
