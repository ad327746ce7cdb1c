import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';
import { sft } from '../support/cli.ts';
import { tinyWorkspace } from '../support/tinyWorkspace.ts';

/** Every Node at hand by its major version: that of the test, and those on the PATH outside of node_modules. */
function nodesAtHand(): Map<string, string> {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const folders = (process.env.PATH ?? '').split(delimiter).filter((path) => !path.includes('node_modules'));
  const nodes = new Map<string, string>();
  for (const file of [process.execPath, ...folders.map((folder) => join(folder, name))]) {
    const major = majorOf(file);
    if (major !== undefined && !nodes.has(major)) nodes.set(major, file);
  }
  return nodes;
}

function majorOf(file: string): string | undefined {
  try {
    const version = execFileSync(file, ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return /^v(\d+)\./.exec(version)?.[1];
  } catch {
    return undefined;
  }
}

const nodes = nodesAtHand();

for (const major of ['20', '22', '24']) {
  const node = nodes.get(major);
  const title = `the bundled command line runs on Node ${major}${node === undefined ? ' (there is none here)' : ''}`;
  it.skipIf(node === undefined)(title, () => runsOn(node ?? ''));
}

/** Every command once. */
async function runsOn(node: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sft-node-'));
  try {
    const workspace = await tinyWorkspace(folder);
    const phases = { full: { steps: 3 }, sparse: { steps: 3 } };
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await sft([...args, '--json'], { cwd: folder, node });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;
    };
    const language = await run('train', workspace.language('xx', phases));
    const task = await run('train', workspace.task('pos', { ...phases, apply: [language.file] }));
    const files = [String(task.file), String(language.file)];
    const together = files.flatMap((file) => ['--sft', file]);
    const found = await run(
      'evaluate',
      '--base',
      'base',
      ...together,
      '--data',
      'dev.conllu',
      '--role',
      'dev',
    );
    expect(found.metrics).toEqual(task.metrics);
    await run('inspect', files[0]);
    await run('compose', ...files, '--out', 'both.sft.safetensors');
    await run('export', ...files, '--base', 'base', '--out', 'exported');
    await run('init', 'mine', '--template', 'pos');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
