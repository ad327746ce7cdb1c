import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { noticeLive } from './noticeLive.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sft live '));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('sees at once that a run lives', () => {
  writeFileSync(join(folder, 'run.json'), '{}');
  const found = vi.fn();
  noticeLive(folder, found).dispose();
  expect(found).toHaveBeenCalledTimes(1);
});

it('sees a run that comes later, in a folder that was not there, and says so once', async () => {
  const live = join(folder, 'state', 'live');
  const found = vi.fn();
  const notice = noticeLive(live, found);
  expect(found).not.toHaveBeenCalled();
  writeFileSync(join(live, 'unfinished.tmp'), '');
  writeFileSync(join(live, 'run.json'), '{}');
  await vi.waitFor(() => expect(found).toHaveBeenCalled(), 10_000);
  writeFileSync(join(live, 'second.json'), '{}');
  notice.dispose();
  expect(found).toHaveBeenCalledTimes(1);
});
