import type { Command } from 'commander';
import { homePaths } from '../../home/home.ts';
import { restoreFromTrash, trashItems } from '../../home/trash.ts';
import { table } from '../format.ts';
import { print, printJson } from '../output.ts';

export function trashCommand(program: Command): void {
  program
    .command('trash')
    .description('list what was deleted in the last 30 days, or bring it back')
    .option('--restore <id>', 'put this item back where it was')
    .option('--json', 'print one JSON object')
    .action(async ({ restore, json }: { restore?: string; json?: boolean }) => {
      const { trash } = homePaths();
      if (restore !== undefined) {
        const item = await restoreFromTrash(trash, restore);
        if (json === true) printJson(item);
        else print(`restored ${item.from}`);
        return;
      }
      const items = await trashItems(trash);
      if (json === true) printJson({ items });
      else if (items.length === 0) print('The trash is empty.');
      else print(table([['id', 'deleted', 'was'], ...items.map(({ id, time, from }) => [id, time, from])]));
    });
}
