import { createHash } from 'node:crypto';
import { appendFileSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/files.ts';
import { writeRun } from '../../test/support/inventedFolders.ts';
import { eventsOf } from '../../test/support/inventedRun.ts';
import { readRunView } from './readRun.ts';
import { keepView, keptView } from './viewCache.ts';

function invented() {
  const folder = temporaryFolder();
  const run = join(folder, 'runs/a-1');
  writeRun(run, 'a', eventsOf({ full: 60, sparse: 40, layers: 2 }).whole());
  return { run, events: join(run, 'events.jsonl'), views: join(folder, 'views') };
}

it('a view is there as it was, until its record is written to', async () => {
  const { run, events, views } = invented();
  const view = await readRunView(run);
  expect(await keptView(views, events)).toBeUndefined();
  await keepView(views, events, view, 0);
  expect(await keptView(views, events)).toEqual(view);
  appendFileSync(events, '{"type":"note","text":"one more"}\n');
  expect(await keptView(views, events)).toBeUndefined();
});

it('a short record is not worth it', async () => {
  const { run, events, views } = invented();
  await keepView(views, events, await readRunView(run));
  expect(await keptView(views, events)).toBeUndefined();
});

it('what is damaged, or of another version, counts for nothing', async () => {
  const { run, events, views } = invented();
  await keepView(views, events, await readRunView(run), 0);
  const [file] = globSync(join(views, '*'));
  const text = readFileSync(file, 'utf8');
  for (const other of [text.slice(0, 100), 'null', '7', text.replace('"version":1', '"version":0')]) {
    writeFileSync(file, other);
    expect(await keptView(views, events)).toBeUndefined();
  }
});

it('a folder that takes nothing is no error', async () => {
  const { run, events, views } = invented();
  mkdirSync(join(views, '..'), { recursive: true });
  writeFileSync(views, '');
  await keepView(views, events, await readRunView(run), 0);
  expect(await keptView(views, events)).toBeUndefined();
});

it('the same record is folded into the same view: if this fails, VERSION must be raised, and the hash here renewed', async () => {
  const { run } = invented();
  const hash = createHash('sha256').update(JSON.stringify(await readRunView(run)));
  expect(hash.digest('hex')).toBe('fda03d106035da3ccb91b51ccc64537104725239680863f5fae81c1327ef5fba');
});
