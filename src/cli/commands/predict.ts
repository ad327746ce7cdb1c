import { Option, type Command } from 'commander';
import type { CompositionRule } from '../../core/compositionRules.ts';
import { writeFileAtomically } from '../../formats/atomicFile.ts';
import type { SftReference } from '../../recipe/sftReference.ts';
import { loadBase } from '../../trainer/base.ts';
import { defaultThreads } from '../../trainer/job.ts';
import { predictFile } from '../../trainer/prediction/predictFile.ts';
import { type PredictionFormat, predictionFormats } from '../../trainer/prediction/predictionData.ts';
import { openEngine } from '../engineOption.ts';
import { dataRequest, type EvaluationFlags, withReadingOptions } from '../evaluation.ts';
import { refuseUnlessNew } from '../outFile.ts';
import { inform, print, printJson } from '../output.ts';
import { headChoice, ruleOption, sftReferences, type HeadChoice } from '../values.ts';

interface PredictFlags extends EvaluationFlags {
  readonly sft: readonly SftReference[];
  readonly head?: HeadChoice;
  readonly rule: CompositionRule;
  readonly format?: PredictionFormat;
  readonly out?: string;
  readonly replace?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function predictCommand(program: Command): void {
  const command = program
    .command('predict')
    .description('write what a base model with SFTs says of text that need not have labels')
    .option(
      '--sft <file[@coefficient]>',
      'an SFT to add; may be given several times, or once with a NAME.compose.yaml',
      sftReferences,
      [],
    );
  withReadingOptions(command)
    .option('--head <n|none>', 'whose head is used, counted from 1, where several have one', headChoice)
    .addOption(ruleOption())
    .addOption(
      new Option('--format <format>', 'how it is written (default: as the file is)').choices([
        ...predictionFormats,
      ]),
    )
    .option('--out <file>', 'the file to write (default: standard output)')
    .option('--replace', 'with --out: replace a file that is there already')
    .option('--force', 'add SFTs of another base all the same')
    .option('--json', 'print one JSON object, with what is written in it unless --out is given')
    .action(predict);
}

async function predict(flags: PredictFlags): Promise<void> {
  const { sft, head: headFrom, rule, format, out, replace, force, json, threads, engine, base } = flags;
  if (out !== undefined) await refuseUnlessNew(out, { base, data: flags.data, sfts: sft }, replace);
  const found = await predictFile(await loadBase(base), sft, {
    ...dataRequest(flags),
    engine: await openEngine(engine, { threads: threads ?? defaultThreads() }),
    headFrom,
    rule,
    format,
    force,
  });
  for (const { message } of found.warnings) inform(`warning: ${message}`);
  for (const note of found.notes) inform(`note: ${note}`);
  const { content } = found;
  if (out !== undefined) await writeFileAtomically(out, (handle) => handle.writeFile(content));
  const text = typeof content === 'string' ? content : new TextDecoder().decode(content);
  if (json === true) {
    const { examples, notes, warnings } = found;
    printJson({
      format: found.format,
      examples,
      notes,
      warnings: warnings.map(({ code }) => code),
      ...(out === undefined ? { text } : { file: out }),
    });
  } else if (out === undefined) process.stdout.write(text);
  else print(`${out}  ${found.examples} ${found.examples === 1 ? 'example' : 'examples'}`);
}
