#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { attachCommand } from './commands/attach.ts';
import { composeCommand } from './commands/compose.ts';
import { doctorCommand } from './commands/doctor.ts';
import { convertCommand } from './commands/convert.ts';
import { estimateCommand } from './commands/estimate.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { exportCommand } from './commands/export.ts';
import { initCommand } from './commands/init.ts';
import { inspectCommand } from './commands/inspect.ts';
import { runsCommand } from './commands/runs.ts';
import { steerCommands } from './commands/steer.ts';
import { trainCommand } from './commands/train.ts';
import { trashCommand } from './commands/trash.ts';
import { systemCode } from '../formats/fileErrors.ts';
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
  evaluateCommand,
  inspectCommand,
  composeCommand,
  exportCommand,
  convertCommand,
  runsCommand,
  steerCommands,
  attachCommand,
  trashCommand,
  doctorCommand,
]) {
  register(program);
}

// The reader of a pipe has gone (`sft inspect FILE | head`): training keeps a checkpoint and stops, all else just ends.
process.stdout.once('error', (error) => {
  process.stdout.on('error', () => undefined);
  if (systemCode(error) !== 'EPIPE') throw error;
  process.kill(process.pid, 'SIGTERM');
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  else process.exitCode = reportError(error, process.argv.includes('--json'));
}
