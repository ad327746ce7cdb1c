/**
 * Parent of a detached run: starts it with the same Node, and writes how it ended beside it, window or not.
 *
 *     node supervisor.js EXIT-FILE PROGRAM.js [ARGUMENT ...]
 */
import { spawn } from 'node:child_process';
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import process from 'node:process';

const [file, ...args] = process.argv.slice(2);
const child = spawn(process.execPath, args, { stdio: 'inherit', windowsHide: true });
// Whoever ends a session ends all of its processes: the run saves what it has, and this one waits for it.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
  process.on(signal, () => child.kill('SIGTERM'));
child.on('error', (error) => {
  process.stderr.write(`sft: ${error.message}\n`);
  write(127, null);
});
child.on('exit', write);

function write(code: number | null, signal: NodeJS.Signals | null): void {
  try {
    writeEnd(code, signal);
  } catch (error) {
    // The folder was deleted, or the disk is full: the log is the last place that may take it.
    process.stderr.write(`sft: ended with ${code ?? signal}, which cannot be kept: ${String(error)}\n`);
  }
}

function writeEnd(code: number | null, signal: NodeJS.Signals | null): void {
  const { node, electron } = process.versions as NodeJS.ProcessVersions & { electron?: string };
  const end = { version: 1, code, signal, time: new Date().toISOString(), pid: child.pid ?? null, node };
  const temporary = `${file}.${process.pid}.tmp`;
  const fd = openSync(temporary, 'w');
  writeSync(fd, `${JSON.stringify({ ...end, electron: electron !== undefined })}\n`);
  fsyncSync(fd);
  closeSync(fd);
  renameSync(temporary, file);
}
