import { Command, CommanderError } from 'commander';
import { composeCommand } from './commands/compose.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { exportCommand } from './commands/export.ts';
import { initCommand } from './commands/init.ts';
import { inspectCommand } from './commands/inspect.ts';
import { trainCommand } from './commands/train.ts';
import { EXIT, reportError } from './output.ts';

const program = new Command('sft')
  .description('Sparse fine-tuning (LT-SFT) of multilingual encoders: train, compose, evaluate.')
  .showHelpAfterError('(--help lists the options)')
  .exitOverride()
  .enablePositionalOptions();

for (const register of [
  initCommand,
  trainCommand,
  evaluateCommand,
  inspectCommand,
  composeCommand,
  exportCommand,
]) {
  register(program);
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  else process.exitCode = reportError(error, process.argv.includes('--json'));
}
