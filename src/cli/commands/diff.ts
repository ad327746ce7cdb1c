import type { Command } from 'commander';
import { compareSfts } from '../../library/interference.ts';
import { diffText } from '../compareText.ts';
import { inform, print, printJson } from '../output.ts';
import { sftFile } from '../values.ts';

interface DiffFlags {
  readonly force?: boolean;
  readonly json?: boolean;
}

export function diffCommand(program: Command): void {
  program
    .command('diff')
    .description(
      'compare two SFTs: which entries only one of them has, and with which signs both have the others',
    )
    .argument('<a>', 'an SFT', sftFile)
    .argument('<b>', 'another', sftFile)
    .option('--force', 'compare SFTs of different base models all the same')
    .option('--json', 'print one JSON object')
    .action(async (a: string, b: string, { force, json }: DiffFlags) => {
      const { pairs, warnings } = await compareSfts([a, b], { force });
      for (const { message } of warnings) inform(`warning: ${message}`);
      const [{ table }] = pairs;
      if (json === true) printJson({ a, b, ...table, warnings: warnings.map(({ code }) => code) });
      else print(diffText(a, b, table));
    });
}
