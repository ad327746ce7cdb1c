import { Option, type Command } from 'commander';
import { exportModel } from '../../library/exportModel.ts';
import type { SftReference } from '../../recipe/sftReference.ts';
import { inform, print, printJson } from '../output.ts';
import { headChoice, listOf, sftReferences, type HeadChoice } from '../values.ts';

interface ExportFlags {
  readonly base: string;
  readonly out: string;
  readonly head?: HeadChoice;
  readonly task?: string;
  readonly labels?: readonly string[];
  readonly force?: boolean;
  readonly json?: boolean;
}

export function exportCommand(program: Command): void {
  program
    .command('export')
    .description('write base + SFTs as an ordinary Hugging Face folder')
    .argument('<file[@coefficient]...>', 'the SFTs', sftReferences)
    .requiredOption('--base <folder>', 'the base model')
    .requiredOption('--out <folder>', 'the folder to write')
    .option('--head <n|none>', 'whose head is kept, counted from 1, where several have one', headChoice)
    .addOption(
      new Option('--task <type>', "the head's task, for an SFT that does not say it").choices([
        'tagging',
        'classification',
      ]),
    )
    .option('--labels <list>', "the head's labels, for an SFT that does not say them", listOf)
    .option('--force', 'add SFTs of another base all the same')
    .option('--json', 'print one JSON object')
    .action(
      async (
        references: readonly SftReference[],
        { base, out, head, task, labels, force, json }: ExportFlags,
      ) => {
        const { architecture, warnings } = await exportModel(base, references, out, {
          headFrom: head,
          task,
          labels,
          force,
        });
        for (const { message } of warnings) inform(`warning: ${message}`);
        if (json === true)
          printJson({ folder: out, architecture, warnings: warnings.map(({ code }) => code) });
        else print(`${out}  ${architecture}`);
      },
    );
}
