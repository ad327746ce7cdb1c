import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { removeLeftovers } from './leftovers.ts';

it('removes what dead processes left, and nothing else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sft-leftovers-'));
  try {
    const { pid: dead } = spawnSync(process.execPath, ['--version']);
    const kept = [
      'events.jsonl',
      `.sft-${process.pid}-00ff00ff.tmp`,
      '.sft-notes.tmp',
      `.sft-${dead}-zz.tmp`,
    ];
    for (const name of [...kept, `.sft-${dead}-00ff00ff.tmp`]) writeFileSync(join(folder, name), 'x');
    mkdirSync(join(folder, `.sft-${dead}-11aa11aa.tmp`));
    await removeLeftovers(folder);
    expect(readdirSync(folder).toSorted()).toEqual(kept.toSorted());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
