import type { Command } from 'commander';

/** What `dist/session.js` is: answers the extension on standard input and output until they are closed. */
export function sessionCommand(program: Command): void {
  program.command('session', { hidden: true }).action(async () => {
    await import('../../trainer/session.ts');
  });
}
