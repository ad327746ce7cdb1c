import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { convertSft } from '../../library/convert.ts';
import { publishedSftAt, unsaidNote } from '../../library/publishedSfts.ts';
import { type TaskName, taskNames } from '../../recipe/taskNames.ts';
import { count } from '../format.ts';
import { inform, print, printJson } from '../output.ts';
import { statusLine } from '../statusLine.ts';
import { baseFolder, listOf, sftFile } from '../values.ts';

interface ConvertFlags {
  readonly base?: string;
  readonly labels?: readonly string[];
  readonly task?: TaskName;
  readonly language?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function convertCommand(program: Command): void {
  program
    .command('convert')
    .description("turn an SFT into the reference's pytorch_diff.bin, or one of those into an SFT file")
    .argument('<in>', 'NAME.sft.safetensors, pytorch_diff.bin, or a folder that holds one', sftFile)
    .argument('<out>', 'NAME.sft.safetensors, a .bin file, or a folder for pytorch_diff.bin')
    .option(
      '--base <folder>',
      'the base model, for a file that does not hold the shapes of its parameters',
      baseFolder,
    )
    .option('--labels <list>', "the head's labels, which pytorch_diff.bin does not hold", listOf)
    .addOption(
      new Option('--task <name>', 'what it was trained for, which pytorch_diff.bin does not hold').choices(
        taskNames,
      ),
    )
    .option('--language <code>', 'the language, which pytorch_diff.bin does not hold')
    .option('--force', 'replace a file that is there already')
    .option('--json', 'print one JSON object')
    .action(async (input: string, out: string, { json, ...flags }: ConvertFlags) => {
      const line = statusLine();
      try {
        const { file, format, entries, lost } = await convertSft(input, out, {
          ...flags,
          onStep: (text) => line.show(text),
        });
        line.clear();
        const notes = [...lostNotes(lost), ...unsaidNotes(input, format, flags)];
        for (const note of notes) inform(`note: ${note}`);
        if (json === true) printJson({ file, format, entries, lost, notes });
        else print(`${file}  ${count(entries)} entries`);
      } finally {
        line.clear();
      }
    });
}

function lostNotes(lost: readonly string[]): string[] {
  return lost.length === 0
    ? []
    : [`pytorch_diff.bin cannot keep what the SFT says of itself: ${lost.join(', ')}.`];
}

/** The published files do not say their task and labels; the list of them does. */
function unsaidNotes(input: string, format: string, { task, labels }: ConvertFlags): string[] {
  const published = format === 'safetensors' ? publishedSftAt(resolve(input)) : undefined;
  const isSaid = task !== undefined && (labels !== undefined || published?.labels === undefined);
  return published?.task === undefined || isSaid ? [] : [unsaidNote(published)];
}
