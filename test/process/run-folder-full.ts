// Trains on a disk that gets full, makes room, resumes: node run-folder-full.ts DISK RECIPE CLI, in a mount namespace of its
// own. Prints what happened as JSON.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { sftBits } from './killed-run.ts';
import { mountSmallDisk } from '../support/smallDisk.ts';

const [disk, recipe, cli] = process.argv.slice(2);
const { filler, fill } = mountSmallDisk(disk);
const out = join(disk, 'out');

function start(...more: string[]): ChildProcess {
  const args = [cli, 'train', recipe, '--out', out, '--threads', '1', '--json', ...more];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
}

const first = start();
const said: string[] = [];
let checkpoints = 0;
first.stderr?.setEncoding('utf8').on('data', (text: string) => said.push(text));
if (first.stdout !== null) {
  createInterface({ input: first.stdout }).on('line', (line) => {
    said.push(`${line}\n`);
    if (line.includes('"type":"checkpoint"') && ++checkpoints === 2) fill();
  });
}

const [code] = (await once(first, 'close')) as [number];
rmSync(filler);
const again = start('--resume');
again.stdout?.resume();
again.stderr?.resume();
const [resumed] = (await once(again, 'close')) as [number];
const bits = await sftBits(join(out, 'pos.sft.safetensors'));
process.stdout.write(JSON.stringify({ code, stderr: said.join('').slice(-2000), resumed, bits }));
