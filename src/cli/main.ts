#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { attachCommand } from './commands/attach.ts';
import { coefficientsCommand } from './commands/coefficients.ts';
import { compareCommand } from './commands/compare.ts';
import { attributeCommand } from './commands/attribute.ts';
import { composeCommand } from './commands/compose.ts';
import { diffCommand } from './commands/diff.ts';
import { doctorCommand } from './commands/doctor.ts';
import { convertCommand } from './commands/convert.ts';
import { engineCommand } from './commands/engine.ts';
import { estimateCommand } from './commands/estimate.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { exportCommand } from './commands/export.ts';
import { forkCommand } from './commands/fork.ts';
import { galleryCommand } from './commands/gallery.ts';
import { initCommand } from './commands/init.ts';
import { inspectCommand } from './commands/inspect.ts';
import { interferenceCommand } from './commands/interference.ts';
import { masksCommand } from './commands/masks.ts';
import { predictCommand } from './commands/predict.ts';
import { pullCommand } from './commands/pull.ts';
import { pushCommand } from './commands/push.ts';
import { pruneCommand } from './commands/prune.ts';
import { resultsCommand } from './commands/results.ts';
import { runCommand } from './commands/run.ts';
import { runsCommand } from './commands/runs.ts';
import { sessionCommand } from './commands/session.ts';
import { steerCommands } from './commands/steer.ts';
import { sweepCommand } from './commands/sweep.ts';
import { trainCommand } from './commands/train.ts';
import { trashCommand } from './commands/trash.ts';
import { systemCode, writeError } from '../formats/fileErrors.ts';
import { withComposeFile } from './composeFile.ts';
import { EXIT, reportError } from './output.ts';

const program = new Command('sft')
  .description('Sparse fine-tuning (LT-SFT) of multilingual encoders: train, compose, evaluate.')
  .version(manifest.version)
  .showHelpAfterError('(--help lists the options)')
  .exitOverride()
  .enablePositionalOptions();

for (const register of [
  initCommand,
  estimateCommand,
  trainCommand,
  sweepCommand,
  evaluateCommand,
  compareCommand,
  attributeCommand,
  coefficientsCommand,
  pruneCommand,
  predictCommand,
  inspectCommand,
  diffCommand,
  interferenceCommand,
  composeCommand,
  exportCommand,
  convertCommand,
  masksCommand,
  forkCommand,
  galleryCommand,
  pullCommand,
  pushCommand,
  resultsCommand,
  runCommand,
  runsCommand,
  sessionCommand,
  steerCommands,
  attachCommand,
  trashCommand,
  doctorCommand,
  engineCommand,
]) {
  register(program);
}

// The reader of a pipe has gone (`sft inspect FILE | head`), or a disk is full: training keeps a checkpoint and stops, all else just ends.
process.stdout.once('error', (error) => {
  process.stdout.on('error', () => undefined);
  const isUnread = systemCode(error) === 'EPIPE';
  if (!isUnread) process.exitCode = reportError(writeError(error, 'standard output'), false);
  if (process.listenerCount('SIGTERM') > 0) process.emit('SIGTERM', 'SIGTERM');
  else process.exit(isUnread ? EXIT.unread : EXIT.problem);
});

try {
  await program.parseAsync(await withComposeFile(program, process.argv.slice(2)), { from: 'user' });
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  else process.exitCode = reportError(error, process.argv.includes('--json'));
}
