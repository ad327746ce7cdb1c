import { Option, type Command } from 'commander';
import type { CompositionRule } from '../../core/compositionRules.ts';
import { exportModel } from '../../library/exportModel.ts';
import type { SftReference } from '../../recipe/sftReference.ts';
import { taskNames, trainedFor } from '../../recipe/taskNames.ts';
import { inform, print, printJson } from '../output.ts';
import { baseFolder, headChoice, listOf, ruleOption, sftReferences, type HeadChoice } from '../values.ts';

interface ExportFlags {
  readonly base: string;
  readonly out: string;
  readonly head?: HeadChoice;
  readonly rule: CompositionRule;
  readonly task?: string;
  readonly labels?: readonly string[];
  readonly format?: 'safetensors' | 'onnx';
  readonly force?: boolean;
  readonly json?: boolean;
}

export function exportCommand(program: Command): void {
  program
    .command('export')
    .description('write base + SFTs as an ordinary Hugging Face folder')
    .argument('<file[@coefficient]...>', 'the SFTs, or one NAME.compose.yaml', sftReferences)
    .requiredOption('--base <folder>', 'the base model', baseFolder)
    .requiredOption('--out <folder>', 'the folder to write')
    .option('--head <n|none>', 'whose head is kept, counted from 1, where several have one', headChoice)
    .addOption(
      new Option('--task <name>', "the head's task, for an SFT that does not say it").choices(
        taskNames.filter((name) => ['tagging', 'classification'].includes(trainedFor(name))),
      ),
    )
    .option('--labels <list>', "the head's labels, for an SFT that does not say them", listOf)
    .addOption(
      new Option(
        '--format <format>',
        'safetensors for transformers, which has no parsers; onnx for ONNX runtimes and transformers.js',
      )
        .choices(['safetensors', 'onnx'])
        .default('safetensors'),
    )
    .addOption(ruleOption())
    .option('--force', 'add SFTs of another base all the same')
    .option('--json', 'print one JSON object')
    .action(
      async (
        references: readonly SftReference[],
        { base, out, head, rule, task, labels, format, force, json }: ExportFlags,
      ) => {
        const { architecture, warnings } = await exportModel(base, references, out, {
          headFrom: head,
          rule,
          task,
          labels,
          format,
          force,
        });
        for (const { message } of warnings) inform(`warning: ${message}`);
        if (json === true)
          printJson({ folder: out, architecture, warnings: warnings.map(({ code }) => code) });
        else print(`${out}  ${architecture}`);
      },
    );
}
