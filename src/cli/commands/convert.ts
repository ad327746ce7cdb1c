import type { Command } from 'commander';
import { convertSft } from '../../library/convert.ts';
import { publishedSftAt } from '../../library/publishedSfts.ts';
import { count } from '../format.ts';
import { inform, print, printJson } from '../output.ts';
import { statusLine } from '../statusLine.ts';
import { listOf } from '../values.ts';

interface ConvertFlags {
  readonly base?: string;
  readonly labels?: readonly string[];
  readonly task?: string;
  readonly language?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function convertCommand(program: Command): void {
  program
    .command('convert')
    .description("turn an SFT into the reference's pytorch_diff.bin, or one of those into an SFT file")
    .argument('<in>', 'NAME.sft.safetensors, pytorch_diff.bin, or a folder that holds one')
    .argument('<out>', 'NAME.sft.safetensors, a .bin file, or a folder for pytorch_diff.bin')
    .option('--base <folder>', 'the base model, for a file that does not hold the shapes of its parameters')
    .option('--labels <list>', "the head's labels, which pytorch_diff.bin does not hold", listOf)
    .option('--task <type>', "the head's task, which pytorch_diff.bin does not hold")
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
        const notes = [...lostNotes(lost), ...labelNotes(input, format, flags.labels)];
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

/** The published files do not say their labels; the reference's scripts do. */
function labelNotes(input: string, format: string, given: readonly string[] | undefined): string[] {
  const published = format === 'safetensors' && given === undefined ? publishedSftAt(input) : undefined;
  if (published?.labels === undefined) return [];
  return [
    `This seems to be ${published.id}. The reference's scripts would order its labels so, which is not verified: ` +
      `--labels ${published.labels.join(',')}`,
  ];
}
