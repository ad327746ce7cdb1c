import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { refused, temporaryFolder } from '../../test/support/files.ts';
import { moveToTrash, restoreFromTrash, trashItems } from './trash.ts';

let trash: string;
let place: string;

beforeEach(() => {
  const folder = temporaryFolder();
  trash = join(folder, 'home/trash');
  place = join(folder, "a place with 'quotes' # and ø");
  mkdirSync(place);
});

/** A disk that is not that of the temporary folder. */
const otherDisk = '/dev/shm';
const hasOtherDisk = existsSync(otherDisk) && statSync(otherDisk).dev !== statSync(tmpdir()).dev;

/** A signal that aborts when it has been looked at so many times. */
function abortedAfter(looks: number): AbortSignal {
  const end = new AbortController();
  let left = looks;
  const look = (): void => {
    if (--left < 0) end.abort();
  };
  return new Proxy(end.signal, {
    get(signal, field) {
      look();
      const value: unknown = Reflect.get(signal, field, signal);
      return typeof value === 'function' ? value.bind(signal) : value;
    },
  });
}

function ago(days: number): string {
  return new Date(Date.now() - days * 24 * 3600 * 1000).toISOString();
}

describe('the trash', () => {
  it('gives back files and folders as they were, the newest first', async () => {
    const file = join(place, 'one.sft.safetensors');
    const run = join(place, 'run-1');
    writeFileSync(file, 'bytes');
    mkdirSync(join(run, 'checkpoint'), { recursive: true });
    writeFileSync(join(run, 'checkpoint/state.json'), '{}');
    const first = await moveToTrash(trash, file);
    const second = await moveToTrash(trash, run);
    expect(existsSync(file) || existsSync(run)).toBe(false);
    expect((await trashItems(trash)).map(({ from }) => from).toSorted()).toEqual([file, run].toSorted());
    if (process.platform !== 'win32') expect(statSync(trash).mode & 0o777).toBe(0o700);
    await restoreFromTrash(trash, second.id);
    await restoreFromTrash(trash, first.id);
    expect(readFileSync(file, 'utf8')).toBe('bytes');
    expect(readFileSync(join(run, 'checkpoint/state.json'), 'utf8')).toBe('{}');
    expect(await trashItems(trash)).toEqual([]);
  });

  it('makes the folder anew from which something came', async () => {
    const file = join(place, 'deep/one');
    mkdirSync(join(place, 'deep'));
    writeFileSync(file, 'bytes');
    const { id } = await moveToTrash(trash, file);
    await moveToTrash(trash, join(place, 'deep'));
    await restoreFromTrash(trash, id);
    expect(readFileSync(file, 'utf8')).toBe('bytes');
  });

  it('replaces nothing, and loses nothing where it is refused', async () => {
    const file = join(place, 'one');
    writeFileSync(file, 'old');
    const { id } = await moveToTrash(trash, file);
    writeFileSync(file, 'new');
    await refused('trash-taken', () => restoreFromTrash(trash, id));
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(await trashItems(trash)).toHaveLength(1);
  });

  it('says what is not there', async () => {
    expect(await trashItems(trash)).toEqual([]);
    await refused('file-missing', () => moveToTrash(trash, join(place, 'none')));
    expect(await trashItems(trash)).toEqual([]);
    for (const id of ['none', '..', '../..', ''])
      await refused('trash-missing', () => restoreFromTrash(trash, id));
  });

  it('forgets what has lain there for 30 days, when something comes', async () => {
    for (const name of ['old', 'recent']) writeFileSync(join(place, name), name);
    const old = await moveToTrash(trash, join(place, 'old'));
    const recent = await moveToTrash(trash, join(place, 'recent'));
    writeFileSync(join(trash, old.id, 'item.json'), JSON.stringify({ ...old, time: ago(31) }));
    writeFileSync(join(trash, recent.id, 'item.json'), JSON.stringify({ ...recent, time: ago(29) }));
    writeFileSync(join(place, 'new'), '');
    const { id } = await moveToTrash(trash, join(place, 'new'));
    expect((await trashItems(trash)).map((item) => item.id)).toEqual([id, recent.id]);
    expect(existsSync(join(trash, old.id))).toBe(false);
  });

  it('leaves all where it is when it is asked to end before it has begun', async () => {
    const file = join(place, 'one');
    writeFileSync(file, 'bytes');
    await expect(moveToTrash(trash, file, AbortSignal.abort())).rejects.toThrow('aborted');
    expect(existsSync(file)).toBe(true);
    const { id } = await moveToTrash(trash, file);
    await expect(restoreFromTrash(trash, id, AbortSignal.abort())).rejects.toThrow('aborted');
    expect(existsSync(file)).toBe(false);
    await restoreFromTrash(trash, id);
    expect(existsSync(file)).toBe(true);
  });

  it.skipIf(!hasOtherDisk)('leaves all where it is when a copy from another disk is cancelled', async () => {
    const run = mkdtempSync(join(otherDisk, 'sft-trash-'));
    onTestFinished(() => rmSync(run, { recursive: true, force: true }));
    const files = Array.from({ length: 5 }, (_, i) => join(run, `${i}`));
    for (const file of files) writeFileSync(file, file);
    const whole = (): void =>
      expect(files.filter((file) => existsSync(file) && readFileSync(file, 'utf8') === file)).toEqual(files);
    await expect(moveToTrash(trash, run, abortedAfter(3))).rejects.toThrow('aborted');
    whole();
    expect(await trashItems(trash)).toEqual([]);
    expect(readdirSync(trash)).toEqual([]);

    const { id } = await moveToTrash(trash, run);
    expect(existsSync(run)).toBe(false);
    await expect(restoreFromTrash(trash, id, abortedAfter(3))).rejects.toThrow('aborted');
    expect(existsSync(run)).toBe(false);
    expect(await trashItems(trash)).toHaveLength(1);
    await restoreFromTrash(trash, id);
    whole();
  });

  it('leaves out what is none of its', async () => {
    mkdirSync(join(trash, 'stray'), { recursive: true });
    writeFileSync(join(trash, 'file'), '');
    writeFileSync(join(trash, 'stray/item.json'), '{"id":');
    expect(await trashItems(trash)).toEqual([]);
  });
});
