import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DoctorFacts } from '../../src/protocol/doctor.ts';
import { sft } from '../support/cli.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sft-doctor-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function fake(script: string): string {
  mkdirSync(join(folder, 'bin'), { recursive: true });
  const file = join(folder, 'bin', 'node');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

async function doctor(
  args: string[],
  env: NodeJS.ProcessEnv = {},
): Promise<DoctorFacts & { code: number | null }> {
  const { code, stdout, stderr } = await sft(['doctor', '--json', ...args], { cwd: folder, env });
  expect(stderr).toBe('');
  return { ...(JSON.parse(stdout) as DoctorFacts), code };
}

describe('sft doctor', () => {
  it('says that all is well, and in which Node runs train', async () => {
    const found = await doctor([]);
    expect(found).toMatchObject({ code: 0, problems: [], liveRuns: 0, engine: { problem: null } });
    expect(found.engine.flopsPerSecond).toBeGreaterThan(1e8);
    expect(found.home).toMatchObject({ path: join(folder, '.sft-home'), given: true, writable: true });
    const words = `plain Node ${process.versions.node}`;
    expect(found.node.words).toBe(words);
    expect(found.nodes[0]).toEqual({
      path: process.execPath,
      source: 'own',
      words,
      problem: null,
      chosen: true,
    });
    expect(found.nodes.filter(({ chosen }) => chosen)).toHaveLength(1);
  });

  it.skipIf(process.platform === 'win32')('passes over a broken node on the PATH', async () => {
    const path = fake('exit 9');
    const { code, nodes } = await doctor([], { PATH: join(folder, 'bin') });
    expect(code).toBe(0);
    expect(nodes.slice(1)).toEqual([
      { path, source: 'path', words: null, problem: 'it ended with code 9', chosen: false },
    ]);
  });

  it('names what is wrong and what to do: a setting that leads nowhere, a home that cannot be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    const absent = join(folder, 'absent');
    const env = { SFT_HOME: join(folder, 'file', 'home') };
    const { code, problems, home } = await doctor(['--node', absent], env);
    expect(code).toBe(1);
    expect(home.writable).toBe(false);
    expect(problems.map(({ what }) => what)).toEqual([
      `The Node that the setting sft.nodePath names cannot train: ${absent}: it is not there.`,
      `SFT_HOME cannot be written: ${env.SFT_HOME}.`,
    ]);
    const { stdout } = await sft(['doctor', '--node', absent], { cwd: folder, env });
    expect(stdout).toMatch(/^problem: The Node that .* it is not there\. Name the program/m);
    expect(stdout).toMatch(/^problem: SFT_HOME cannot be written.*SFT_HOME/m);
  });

  it('gives a text for bug reports without paths and names', async () => {
    const { code, stdout } = await sft(['doctor', '--report'], { cwd: folder });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^- SFT Studio \d+\.\d+\.\d+ on plain Node /);
    const words = stdout.split(/[^\w.-]+/);
    for (const name of [hostname(), userInfo().username]) expect(words).not.toContain(name);
    expect(stdout).not.toMatch(/(^|\s)([A-Z]:)?[\\/]\w/m);
  });
});
