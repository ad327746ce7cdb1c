import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/files.ts';
import { arrayLimits, indexText, jobArrays } from './arrays.ts';
import { parseQueue, parseShownJob } from './client.ts';
import { arrayScript, warningSeconds } from './script.ts';

/** Arrays of so many runs each. */
function arraysOf(...sizes: readonly number[]) {
  return sizes.map((size) => ({ elements: [...Array.from({ length: size }, (_, i) => `${i}`), null] }));
}

describe('job arrays', () => {
  const runs = [
    { name: 'a', needs: null },
    { name: 'b', needs: null },
    { name: 'a1', needs: 'a' },
    { name: 'a2', needs: 'a' },
    { name: 'b1', needs: 'b' },
    { name: 'lost', needs: 'gone' },
    { name: 'free', needs: 'done' },
  ];

  it('put each run at the index of the one whose full phase it takes', () => {
    expect(jobArrays(runs, (name) => name === 'done', 100)).toEqual([
      { elements: ['a', 'b', 'free'], after: null },
      { elements: ['a1', 'b1', null], after: 0 },
      { elements: ['a2', null, null], after: 0 },
    ]);
  });

  it('hold every run once, none too long, and no element before its full phase', () => {
    const made = fc.array(fc.nat(5), { maxLength: 30 });
    fc.assert(
      fc.property(made, fc.integer({ min: 1, max: 7 }), (forks, longest) => {
        const all = forks.flatMap((count, i) => [
          { name: `${i}`, needs: null },
          ...Array.from({ length: count }, (_, n) => ({ name: `${i}.${n}`, needs: `${i}` })),
        ]);
        const arrays = jobArrays(all, () => false, longest);
        const names = arrays.flatMap(({ elements }) => elements.filter((name) => name !== null));
        expect(names.toSorted()).toEqual(all.map(({ name }) => name).toSorted());
        for (const { elements, after } of arrays) {
          expect(elements.length).toBeLessThanOrEqual(longest);
          elements.forEach((name, i) => {
            const needs = all.find((one) => one.name === name)?.needs ?? null;
            if (name !== null) expect(needs).toBe(after === null ? null : arrays[after].elements[i]);
          });
        }
      }),
    );
  });

  it('share out how many runs compute at a time, one each at the least', () => {
    expect(arrayLimits(undefined, arraysOf(3, 2))).toEqual([undefined, undefined]);
    expect(arrayLimits(10, arraysOf(8))).toEqual([10]);
    expect(arrayLimits(10, arraysOf(30, 10))).toEqual([7, 3]);
    expect(arrayLimits(2, arraysOf(30, 10, 1))).toEqual([1, 1, 1]);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
        (jobs, sizes) => {
          const limits = arrayLimits(jobs, arraysOf(...sizes)).map((limit) => limit ?? Infinity);
          expect(Math.min(...limits)).toBeGreaterThanOrEqual(1);
          const sum = limits.reduce((all, limit) => all + limit, 0);
          expect(sum).toBe(Math.max(jobs, sizes.length));
        },
      ),
    );
  });

  it('are named by their indices', () => {
    expect(indexText({ elements: ['a', 'b', null, 'c', null, 'd', 'e'] })).toBe('0-1,3,5-6');
    expect(indexText({ elements: ['a'] })).toBe('0');
  });
});

describe('what Slurm prints', () => {
  it('of the queue', () => {
    expect(
      parseQueue('array-1|3|PENDING|Priority\narray-1|4|RUNNING|None\n(null)|N/A|RUNNING|None\n\n'),
    ).toEqual([
      { array: 'array-1', index: 3, state: 'PENDING', reason: 'Priority' },
      { array: 'array-1', index: 4, state: 'RUNNING', reason: 'None' },
    ]);
  });

  it('of a job', () => {
    const shown =
      'JobId=5 ArrayJobId=4 JobState=FAILED Reason=NonZeroExitCode ExitCode=66:0 NodeList=n7 BatchHost=n7';
    expect(parseShownJob(shown)).toEqual({ state: 'FAILED', exitCode: 66, node: 'n7' });
    expect(parseShownJob('nothing')).toEqual({ state: '', exitCode: null, node: '' });
  });
});

describe('the warning before a time limit', () => {
  it.each([
    [undefined, 120],
    ['4:00:00', 120],
    ['1-00', 120],
    ['60', 120],
    ['4', 60],
    ['2:00', 30],
    ['UNLIMITED', 120],
  ])('of %s is %s s', (time, seconds) => expect(warningSeconds(time)).toBe(seconds));
});

/** Runs the script in a folder with a program in place of ours. */
function runScript(
  program: string,
  more: NodeJS.ProcessEnv = {},
  name = "it's $HOME",
  edited = (script: string) => script,
) {
  const folder = join(temporaryFolder(), name);
  mkdirSync(join(folder, 'slurm'), { recursive: true });
  writeFileSync(join(folder, 'slurm', 'array-1.txt'), 'first\nsecond\n');
  writeFileSync(join(folder, 'plan.json'), '{}');
  writeFileSync(join(folder, 'program'), program);
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(
    join(bin, 'scontrol'),
    `#!/bin/sh\necho "$@" >> '${folder.replaceAll("'", `'\\''`)}/asked'\n`,
  );
  chmodSync(join(bin, 'scontrol'), 0o755);
  const script = arrayScript({
    jobName: 'sft-x',
    array: 'array-1',
    indices: '0-1',
    options: { mem: '1G', cpus: 2, engine: 'cpu' },
    folder,
    node: '/bin/bash',
    program: join(folder, 'program'),
  });
  writeFileSync(join(folder, 'script'), edited(script));
  const env = {
    ...process.env,
    PATH: `${bin}:${process.env.PATH}`,
    SLURM_ARRAY_TASK_ID: '1',
    SLURM_ARRAY_JOB_ID: '9',
    ...more,
  };
  let code = 0;
  let out = '';
  try {
    out = execFileSync('/bin/bash', [join(folder, 'script')], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 30_000,
      killSignal: 'SIGKILL',
    });
  } catch (error) {
    ({ status: code, stdout: out } = error as { status: number; stdout: string });
  }
  const asked = (() => {
    try {
      return readFileSync(join(folder, 'asked'), 'utf8');
    } catch {
      return '';
    }
  })();
  return { code, out, asked, folder };
}

/** A job that gets its signal between the start of its program and the next line. */
function signalledEarly(script: string): string {
  return script.replace('\nchild=$!\n', () => '\nkill -TERM $$\nchild=$!\n');
}

describe.skipIf(process.platform === 'win32')('the script of a job', () => {
  it('trains the run at its index, whatever the path holds, and ends as it does', () => {
    const { code, out, folder } = runScript('echo "$@"; exit 3');
    expect(out).toBe(
      `train ${folder}/recipes/second.sft.yaml --out ${folder}/runs/second --engine cpu --threads 2 --yes --no-queue\n`,
    );
    expect(code).toBe(3);
  });

  it('passes on that its time is up, and asks to be put back once all is saved', () => {
    const program = `trap 'echo saved; exit 130' TERM; kill -USR1 $PPID; while :; do sleep 0.05; done`;
    const { code, out, asked } = runScript(program);
    expect({ code, out, asked }).toEqual({ code: 130, out: 'saved\n', asked: 'requeue 9_1\n' });
  });

  it('passes a signal on that comes while its program starts', () => {
    const program = `trap 'exit 130' TERM; while :; do sleep 0.05; done`;
    const { code, asked } = runScript(program, {}, 'plain', signalledEarly);
    // The program may not have come to its trap.
    expect({ code, asked }).toEqual({ code: expect.toSatisfy((it) => it === 130 || it === 143), asked: '' });
  });

  it('does not ask to be put back where it was ended by another, or was done just then', () => {
    const ended = runScript(`trap 'exit 130' TERM; kill -TERM $PPID; while :; do sleep 0.05; done`);
    expect(ended).toMatchObject({ code: 130, asked: '' });
    const done = runScript(`trap 'exit 0' TERM; kill -USR1 $PPID; while :; do sleep 0.05; done`);
    expect(done).toMatchObject({ code: 0, asked: '' });
  });

  it('says what its node does not see', () => {
    const { code, out } = runScript('', { PATH: process.env.PATH }, 'plain');
    expect({ code, out }).toEqual({ code: 0, out: '' });
    const hidden = arrayScript({
      jobName: 'x',
      array: 'array-1',
      indices: '0',
      options: { mem: '1G', cpus: 1, engine: 'cpu' },
      folder: '/nowhere/at all',
      node: '/bin/bash',
      program: '/x',
    });
    const file = join(temporaryFolder(), 'script');
    writeFileSync(file, hidden);
    expect(() => execFileSync('/bin/bash', [file], { stdio: 'pipe' })).toThrow(
      expect.objectContaining({
        status: 66,
        stdout: Buffer.from('sft: this node does not see /nowhere/at all/plan.json\n'),
      }),
    );
  });
});

it('a job asks for the devices, the nodes and the service that it is to have', () => {
  const script = arrayScript({
    jobName: 'sft-x',
    array: 'array-1',
    indices: '0',
    limit: 3,
    options: { mem: '1G', cpus: 2, engine: 'cuda', gres: 'gpu:1', constraint: 'a100|h100', qos: 'long' },
    folder: '/f',
    node: '/n',
    program: '/p',
  });
  for (const line of ['--array=0%3', '--gres=gpu:1', '--constraint=a100|h100', '--qos=long'])
    expect(script).toContain(`\n#SBATCH ${line}\n`);
});
