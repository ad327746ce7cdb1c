import type { Problem } from './problem.ts';

/** The run folder: where a run lies, its events, checkpoints and owner. */
export const runErrors = {
  'full-phase-broken': (d: { reason: string }): Problem => ({
    what: `The kept full phase cannot be read: ${d.reason}.`,
    advice: 'Train the full phase again with keepFullPhase: true.',
  }),
  'full-phase-newer': (d: { version: string | undefined; supported: number }): Problem => ({
    what: `The kept full phase is of format version ${d.version ?? '(none)'}; this program reads up to ${d.supported}.`,
    advice: 'Use a newer version of SFT Studio, or train the full phase again.',
  }),
  'run-none-here': (): Problem => ({
    what: 'There is no run in this folder: it has no recipe.yaml.',
    advice: 'Give the folder of one run, such as runs/NAME-1.',
  }),
  'full-phase-missing': (): Problem => ({
    what: 'This run has not kept what its full phase learnt.',
    advice: 'Train it again with keepFullPhase: true in its recipe.',
  }),
  'full-phase-other': (d: { reason: string }): Problem => ({
    what: `The kept full phase does not fit this recipe: ${d.reason}.`,
    advice: 'Use the base model, task and freeze of the run that kept it.',
  }),
  'full-phase-too-few': (d: { k: number; kept: number }): Problem => ({
    what: `${d.k} entries are asked for, and the kept full phase knows the order of ${d.kept} alone.`,
    advice: `Choose at most ${d.kept}, or train the full phase again.`,
  }),
  'run-folder-taken': (): Problem => ({
    what: 'This folder already holds a run.',
    advice: 'Give --resume to go on with it, or name another folder with --out.',
  }),
  'run-folder-full': (d: { found: string }): Problem => ({
    what: `This folder is not empty: it holds ${d.found}, and a run needs a folder of its own.`,
    advice: 'Name a new or an empty folder with --out.',
  }),
  'run-folder-gone': (): Problem => ({
    what: 'The record of this run was deleted while it trained, and with it, it seems, its folder.',
    advice: 'Start a new run of its recipe; leave the folder where it is until the run has ended.',
  }),
  'run-path-taken': (): Problem => ({
    what: 'A run needs a folder here, but this name, or a part of the path, is a file.',
    advice: 'Move the file away, or name another folder with --out.',
  }),
  'run-not-a-run': (): Problem => ({
    what: 'There is no run here to resume: the folder or its recipe.yaml is missing.',
    advice: 'Name the folder of a run (NAME-1, NAME-2 ...) with --out, or leave out --resume.',
  }),
  'run-done': (): Problem => ({
    what: 'This run is finished: there is nothing to resume.',
    advice: 'Start a new run of its recipe to train again.',
  }),
  'run-finished': (): Problem => ({
    what: 'This run is finished, and its SFT is no longer where it was written.',
    advice: 'Start a new run without --resume.',
  }),
  'run-owned': (d: { host: string; pid: number; here: boolean; seconds: number }): Problem => ({
    what: d.here
      ? `This run is at work already, in process ${d.pid}.`
      : `This run is at work already, in process ${d.pid} on ${d.host}, which was last heard of ${d.seconds} s ago.`,
    advice: d.here
      ? 'Wait for its end or stop that process, then try again; to train beside it, start a new run.'
      : 'Stop it there; if that computer is gone, wait a few minutes, or give --force to `sft train --resume`.',
  }),
  'run-claimed': (): Problem => ({
    what: 'Another process is just starting on this run.',
    advice: 'Wait a few seconds and try again if that process has gone.',
  }),
  'run-events-broken': (d: { reason: string }): Problem => ({
    what: `This line is no event of a run: ${d.reason}.`,
    advice: 'Put back an unharmed copy of the file; what was trained does not depend on it.',
  }),
  'run-events-short': (): Problem => ({
    what: 'The record of events ends before the checkpoint, or was changed since.',
    advice: 'Put back an unharmed copy, or move the file away to resume without what happened before.',
  }),
  'checkpoint-missing': (): Problem => ({
    what: 'This run has no checkpoint.',
    advice: 'It ended before it saved one: start it anew.',
  }),
  'checkpoint-other-recipe': (): Problem => ({
    what: 'The checkpoint belongs to another recipe: settings, base model or data differ from those given now.',
    advice: "Resume with the run's own recipe.yaml and unchanged data, or start a new run without --resume.",
  }),
  'checkpoint-broken': (d: { reason: string }): Problem => ({
    what: `The checkpoint cannot be used: ${d.reason}.`,
    advice: 'Put back an unharmed copy of the folder, or start a new run without --resume.',
  }),
  'checkpoint-newer': (d: { version: number; supported: number }): Problem => ({
    what: `The checkpoint has format version ${d.version}, and this program knows up to ${d.supported}.`,
    advice: 'Resume with a newer version of SFT Studio.',
  }),
  'run-start-failed': (d: { reason: string }): Problem => ({
    what: `The run ended before it could be seen: ${d.reason}`,
    advice: 'Its log says more; mend what it names, then resume the run.',
  }),
  'run-live': (d: { name: string }): Problem => ({
    what: `A process works on the run ${d.name}, so it cannot be deleted.`,
    advice: 'Cancel the run, which deletes it too, or stop it first.',
  }),
  'run-not-live': (d: { name: string; live: readonly string[] }): Problem => ({
    what: `No process works on the run ${d.name}.`,
    advice:
      d.live.length === 0
        ? 'No run is live on this machine; `sft runs` lists those of this folder too.'
        : `These are live: ${d.live.join(', ')}. Give one of their names or folders.`,
  }),
  'run-ambiguous': (d: { name: string; folders: readonly string[] }): Problem => ({
    what: `Several live runs are called ${d.name}: ${d.folders.join(', ')}.`,
    advice: 'Give the folder of the one that you mean.',
  }),
  'run-unreachable': (): Problem => ({
    what: 'The run lives, but does not answer.',
    advice: 'Wait for its step to end and try again; `sft cancel --force` ends its process.',
  }),
  'trash-missing': (): Problem => ({
    what: 'This is no longer in the trash.',
    advice: 'What is deleted is kept for 30 days; `sft trash` lists what there is.',
  }),
  'trash-taken': (): Problem => ({
    what: 'Something else lies there now, and would be replaced.',
    advice: 'Move it away, then restore again.',
  }),
  'run-stopped': (d: { checkpoint: boolean }): Problem => ({
    what: 'The run was stopped.',
    advice: goOn(d.checkpoint),
  }),
  'run-failed': (d: { message: string; checkpoint: boolean }): Problem => ({
    what: d.message,
    advice: goOn(d.checkpoint),
  }),
  'run-killed': (d: { checkpoint: boolean }): Problem => ({
    what: 'Its process was killed, probably because the machine ran out of memory.',
    advice: `Close other programs, or give a smaller optimizer.batchSize or maxLength. ${goOn(d.checkpoint)}`,
  }),
  'run-allocator': (d: { checkpoint: boolean; electron: boolean }): Problem => ({
    what: d.electron
      ? "Its process reached the limit of Electron's memory allocator, which ends a process that asks for 2 GiB at once."
      : 'Its process was ended by a trap, as by an illegal instruction.',
    advice: d.electron
      ? `Install Node 20.11 or newer, or name one with the setting sft.nodePath. ${goOn(d.checkpoint)}`
      : `Run \`sft doctor\`, and report it with what the log says. ${goOn(d.checkpoint)}`,
  }),
  'run-crashed': (d: { how: string; checkpoint: boolean }): Problem => ({
    what: `Its process ended ${d.how}.`,
    advice: `The log says more. ${goOn(d.checkpoint)}`,
  }),
  'run-vanished': (d: { checkpoint: boolean }): Problem => ({
    what: 'Its process is gone without a word: the machine was restarted, the login session or the terminal ended, or it was killed.',
    advice: goOn(d.checkpoint),
  }),
} satisfies Record<string, (details: never) => Problem>;

function goOn(checkpoint: boolean): string {
  return checkpoint
    ? 'Resume goes on from the last checkpoint.'
    : 'It had no checkpoint yet: Resume starts it again.';
}
