import { execFile } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { mayMount, ownMounts } from './mayMount.ts';

const script = join(import.meta.dirname, 'run-folder-disk.ts');
const possible = mayMount();

it.skipIf(!possible)(
  `a full disk and a read-only one do no harm${possible ? '' : ' (no disk can be mounted here)'}`,
  async () => {
    const disk = mkdtempSync(join(tmpdir(), 'sft-disk-'));
    try {
      const { stdout } = await promisify(execFile)('unshare', [...ownMounts, process.execPath, script, disk]);
      const result = JSON.parse(stdout) as unknown;
      const notes = ['first', 'large'];
      expect(result).toEqual({
        full: {
          save: 'file-disk-full',
          stepLeft: 1,
          filesLeft: 2,
          append: 'file-disk-full',
          claim: 'file-disk-full',
        },
        again: { save: 'none', step: 2, notes },
        readOnly: { save: 'file-unwritable', log: 'file-unwritable', claim: 'file-unwritable', notes },
        left: ['checkpoint', 'events.jsonl'],
      });
    } finally {
      rmdirSync(disk);
    }
  },
);
