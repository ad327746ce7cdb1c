/**
 * Parent of a detached run: starts it with the same Node, and writes how it ended beside it, window or not, disk full or not.
 *
 *     node supervisor.js EXIT-FILE PROGRAM.js [ARGUMENT ...]
 */
import { spawn } from 'node:child_process';
import { closeSync, constants, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import process from 'node:process';
import { renamePatiently, temporaryName } from '../formats/atomicFile.ts';

const [file, ...args] = process.argv.slice(2);
const temporary = temporaryName(file);
reserve();
const child = spawn(process.execPath, args, { stdio: 'inherit', windowsHide: true });
// Whoever ends a session ends all of its processes: the run saves what it has, and this one waits for it.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
  process.on(signal, () => child.kill('SIGTERM'));
child.on('error', (error) => {
  process.stderr.write(`sft: ${error.message}\n`);
  void write(127, null);
});
child.on('exit', (code, signal) => void write(code, signal));

/** Holds the room that the end will need: by then the disk may be full. */
function reserve(): void {
  try {
    keep(' '.repeat(512));
  } catch {
    // Whether the end can be written is seen then.
  }
}

async function write(code: number | null, signal: NodeJS.Signals | null): Promise<void> {
  try {
    await writeEnd(code, signal);
  } catch (error) {
    // The folder was deleted, or the disk is full: the log is the last place that may take it.
    process.stderr.write(`sft: ended with ${code ?? signal}, which cannot be kept: ${String(error)}\n`);
  }
}

async function writeEnd(code: number | null, signal: NodeJS.Signals | null): Promise<void> {
  const { node, electron } = process.versions as NodeJS.ProcessVersions & { electron?: string };
  const end = { version: 1, code, signal, time: new Date().toISOString(), pid: child.pid ?? null, node };
  keep(`${JSON.stringify({ ...end, electron: electron !== undefined })}\n`);
  await renamePatiently(temporary, file);
}

/** Writes over what the temporary file held, in its place. */
function keep(text: string): void {
  const fd = openSync(temporary, constants.O_RDWR | constants.O_CREAT);
  try {
    ftruncateSync(fd, writeSync(fd, text, 0));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
