// Saves best values and a checkpoint of step 2 into a folder, and kills itself at the file operation of a given
// number: node run-folder-killed.ts FOLDER NUMBER. A write is killed when half of its bytes are written.
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { fileURLToPath } from 'node:url';
import { checkpointExtra, stateAt } from './run-folder-state.ts';

const [, , folder, number] = process.argv;
let operations = 0;

function tick(): void {
  if (++operations === Number(number)) process.kill(process.pid, 'SIGKILL');
}

type Operation = (...given: unknown[]) => Promise<unknown>;

function patch(target: object, name: string, change: (original: Operation) => Operation): void {
  const methods = target as Record<string, Operation>;
  methods[name] = change(methods[name]);
}

/** Kills before the operation. */
function killable(original: Operation): Operation {
  return async function (this: unknown, ...given) {
    tick();
    return original.apply(this, given);
  };
}

const handle = await fs.open(fileURLToPath(import.meta.url), 'r');
const handles = Object.getPrototypeOf(handle) as object;
await handle.close();
for (const name of ['open', 'mkdir', 'rename', 'rm']) patch(fs, name, killable);
for (const name of ['sync', 'close', 'writeFile']) patch(handles, name, killable);
patch(
  handles,
  'write',
  (original) =>
    async function (this: unknown, bytes, at, length, ...rest) {
      if (at !== 0) return original.call(this, bytes, at, length, ...rest);
      const half = await original.call(this, bytes, at, Math.ceil((length as number) / 2), ...rest);
      tick();
      return half;
    },
);
syncBuiltinESMExports();

const { fileBestStore } = await import('../../src/runs/bestStore.ts');
const { loadCheckpoint, saveCheckpoint } = await import('../../src/runs/checkpoint.ts');
const { extra } = await loadCheckpoint(folder, checkpointExtra.recipeHash);
operations = 0;
const best = fileBestStore(folder, extra.best);
await best.save(stateAt(2).groups);
await saveCheckpoint(folder, stateAt(2), { ...checkpointExtra, best: best.file() });
