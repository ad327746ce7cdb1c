import type { Command } from 'commander';
import { userError } from '../../core/errors/userError.ts';
import { compareSfts } from '../../library/interference.ts';
import { interferenceText } from '../compareText.ts';
import { inform, print, printJson } from '../output.ts';
import { sftFiles } from '../values.ts';

interface InterferenceFlags {
  readonly modules?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function interferenceCommand(program: Command): void {
  program
    .command('interference')
    .description('how SFTs meet, pair by pair: overlap against chance, signs, cosine, energy')
    .argument('<file...>', 'two SFTs or more', sftFiles)
    .option('--modules', 'also by layer and module')
    .option('--force', 'compare SFTs of different base models all the same')
    .option('--json', 'print one JSON object')
    .action(async (files: readonly string[], { modules, force, json }: InterferenceFlags) => {
      if (files.length < 2) throw userError('compare-one', undefined, { file: files[0] });
      const { pairs, warnings } = await compareSfts(files, { force });
      for (const { message } of warnings) inform(`warning: ${message}`);
      if (json === true) {
        const named = pairs.map(({ a, b, table }) => ({ a: files[a], b: files[b], ...table }));
        printJson({ files, pairs: named, warnings: warnings.map(({ code }) => code) });
      } else print(interferenceText(files, pairs, modules === true));
    });
}
