import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { userError } from '../../core/errors/userError.ts';
import { readError } from '../../formats/fileErrors.ts';
import { hubEnvironment } from '../../library/hub/environment.ts';
import { hasRepository, planPush, type PushPlan, pushSft } from '../../library/hub/push.ts';
import { bytesText } from '../../protocol/bytesText.ts';
import { confirm } from '../confirm.ts';
import { interruptible } from '../interruptible.ts';
import { recordedResults } from '../recordedResults.ts';
import { EXIT, inform, print, printJson } from '../output.ts';
import { statusLine } from '../statusLine.ts';
import { sftFile } from '../values.ts';

interface PushFlags {
  readonly to: string;
  readonly base?: string;
  readonly results: readonly string[];
  readonly recorded?: boolean;
  readonly card?: string;
  readonly private?: boolean;
  readonly yes?: boolean;
  readonly cardOnly?: boolean;
  readonly json?: boolean;
}

export function pushCommand(program: Command): void {
  program
    .command('push')
    .description('publish an SFT on the Hugging Face Hub, with a model card')
    .argument('<file>', 'NAME.sft.safetensors, pytorch_diff.bin, or its folder', sftFile)
    .requiredOption('--to <id>', 'the repository, ORG/NAME; it is made where there is none')
    .option('--base <id>', "the base model's name on the Hub, for the card")
    .option(
      '--results <file>',
      'what sft evaluate --json printed, for the card; may be given several times',
      (file: string, before: readonly string[]) => [...before, file],
      [],
    )
    .option('--recorded', 'put what sft results knows of this SFT on the card, and its base')
    .option('--card <file>', 'a model card of your own')
    .option('--private', 'make a private repository')
    .option('--yes', 'send without asking')
    .option('--card-only', 'print the model card, and ask and send nothing')
    .option('--json', 'print one JSON object')
    .action(async (sft: string, flags: PushFlags) => {
      const recorded = flags.recorded === true ? await recordedResults(sft) : undefined;
      const plan = await planPush({ ...flags, sft, recorded, card: await readCard(flags.card) });
      if (flags.cardOnly === true) {
        if (flags.json === true) printJson(plan);
        else process.stdout.write(plan.card);
        return;
      }
      process.exitCode = await interruptible(
        async (signal) => push(plan, flags, signal),
        'whether the last commit was made, the page of the repository says',
      );
    });
}

async function push(plan: PushPlan, flags: PushFlags, signal: AbortSignal): Promise<number> {
  const environment = await hubEnvironment();
  const isThere = await hasRepository(plan.id, environment, { signal });
  const isPrivate = flags.private === true;
  for (const line of preview(plan, isThere, isPrivate)) inform(line);
  if (flags.yes !== true && !(process.stdin.isTTY && (await confirm('Send this?')))) {
    throw userError('hub-consent', undefined);
  }
  const line = statusLine();
  const pushed = await pushSft(plan, environment, {
    signal,
    isPrivate,
    onStep: (text) => line.show(text),
  }).finally(() => line.clear());
  if (flags.json === true) printJson({ ...pushed, files: plan.files.map(({ path }) => path) });
  else print(`${pushed.url}  commit ${pushed.commit.slice(0, 8)}`);
  return EXIT.ok;
}

function preview({ id, files, card, notes }: PushPlan, isThere: boolean, isPrivate: boolean): string[] {
  return [
    ...card.split('\n').map((line) => `  | ${line}`),
    '',
    isThere
      ? `${id} is there; files of the same names, its model card too, get a new version.`
      : `${id} will be made, ${isPrivate ? 'private' : 'for everyone to see'}.`,
    ...files.map(
      ({ path, bytes }) =>
        `  ${path}  ${bytes === undefined ? "the reference's file, made from it" : bytesText(bytes)}`,
    ),
    ...notes.map((note) => `note: ${note}`),
  ];
}

async function readCard(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw readError(error, file);
  });
}
