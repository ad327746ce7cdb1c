import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseNode, chosenOf, findNodes, type NodeOptions } from './nodes.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sft-nodes-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program called `node` in a folder of this name, as a shell script. */
function fake(name: string, script: string): string {
  mkdirSync(join(folder, name));
  const file = join(folder, name, 'node');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** As in an editor's host, with these folders on the PATH; the editor's own is `editor/node`. */
function inEditor(folders: readonly string[], more: Partial<NodeOptions> = {}): NodeOptions {
  return {
    program: resolve(import.meta.dirname, '../../../dist/probe.js'),
    cache: join(folder, 'cache'),
    around: {
      electron: '37.0.0',
      execPath: join(folder, 'editor', 'node'),
      path: folders.map((name) => join(folder, name)).join(':'),
    },
    ...more,
  };
}

const real = `exec '${process.execPath}' "$@"`;
const old = `echo '{"version":"18.1.0","electron":null,"execPath":"/x","engineError":null,"sharedMemory":false}'`;

describe.skipIf(process.platform === 'win32')('the choice of Node', () => {
  it('passes over what fails, hangs, is too old or no Node, and says why', async () => {
    fake('fails', 'echo cannot >&2; exit 3');
    fake('hangs', 'sleep 20');
    fake('old', old);
    fake('talks', 'echo hello');
    fake('works', real);
    const folders = ['absent', 'fails', 'hangs', 'old', 'talks', 'works'];
    const found = await findNodes(inEditor(folders, { patience: 3000 }));
    expect(found.map(({ path, verdict }) => [path, verdict.works ? 'works' : verdict.reason])).toEqual([
      [join(folder, 'fails', 'node'), 'it ended with code 3 (cannot)'],
      [join(folder, 'hangs', 'node'), 'it did not answer within 3 s'],
      [join(folder, 'old', 'node'), 'it is Node 18.1.0, and 20.11 or newer is needed'],
      [join(folder, 'talks', 'node'), 'it is no Node'],
      [join(folder, 'works', 'node'), 'works'],
      [join(folder, 'editor', 'node'), 'it is not there'],
    ]);
    const version = process.versions.node;
    const chosen = { path: process.execPath, source: 'path', version, electron: false };
    expect(chosenOf(found)).toEqual({ ...chosen, words: `plain Node ${version}` });
  });

  it('one on the PATH comes before the editor, which trains where there is no other', async () => {
    fake('works', real);
    fake('editor', `[ "$ELECTRON_RUN_AS_NODE" = 1 ] && ${real}`);
    expect((await chooseNode(inEditor(['works']))).source).toBe('path');
    const chosen = await chooseNode(inEditor([]));
    expect(chosen).toMatchObject({ source: 'editor', path: join(folder, 'editor', 'node') });
  });

  it('one that trains without native code alone comes after all others', async () => {
    const bare = { version: '24.0.0', electron: null, execPath: '/x', sharedMemory: false };
    fake('bare', `echo '${JSON.stringify({ ...bare, engineError: 'forbidden', wasm: true })}'`);
    fake('works', real);
    expect((await chooseNode(inEditor(['bare', 'works']))).path).toBe(process.execPath);
    expect((await chooseNode(inEditor(['bare']))).path).toBe('/x');
    expect(chosenOf(await findNodes(inEditor(['bare', 'works']))).path).toBe(process.execPath);
  });

  it('a setting that does not work is an error, whatever else would', async () => {
    fake('works', real);
    const broken = fake('fails', 'exit 1');
    for (const [configured, reason] of [
      [broken, 'it ended with code 1'],
      [join(folder, 'nothing'), 'it is not there'],
      ['node', 'it is not an absolute path'],
    ]) {
      await expect(chooseNode(inEditor(['works'], { configured }))).rejects.toMatchObject({
        code: 'node-configured',
        message: expect.stringContaining(`${configured}: ${reason}.`) as unknown,
      });
    }
  });

  it('where there is none, it says what was tried', async () => {
    fake('old', old);
    await expect(chooseNode(inEditor(['old']))).rejects.toMatchObject({
      code: 'node-none',
      message: expect.stringMatching(/it is Node 18\.1\.0.*it is not there.*Install Node 20\.11/) as unknown,
    });
  });

  it('a binary under two names is probed once', async () => {
    fake('works', real);
    mkdirSync(join(folder, 'link'));
    symlinkSync(join(folder, 'works', 'node'), join(folder, 'link', 'node'));
    const found = await findNodes(inEditor(['link', 'works']));
    expect(found.filter(({ verdict }) => verdict.works)).toHaveLength(1);
  });

  it('remembers what it found until the program changes', async () => {
    const asked = join(folder, 'asked');
    const counting = `echo x >> '${asked}'; ${real}`;
    fake('works', counting);
    const times = () => readFileSync(asked, 'utf8').length / 2;
    await chooseNode(inEditor(['works']));
    await chooseNode(inEditor(['works']));
    expect(times()).toBe(1);
    writeFileSync(join(folder, 'works', 'node'), `#!/bin/sh\n# changed\n${counting}\n`);
    await chooseNode(inEditor(['works']));
    expect(times()).toBe(2);
    await findNodes(inEditor(['works'], { anew: true }));
    expect(times()).toBe(3);
    writeFileSync(join(folder, 'cache', 'nodes.json'), '{"damaged": 1, ');
    await chooseNode(inEditor(['works']));
    expect(times()).toBe(4);
  });

  it('does without a cache where none can be written', async () => {
    fake('works', real);
    writeFileSync(join(folder, 'cache'), 'in the way');
    expect((await chooseNode(inEditor(['works']))).source).toBe('path');
  });
});
