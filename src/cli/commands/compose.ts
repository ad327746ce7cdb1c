import type { Command } from 'commander';
import type { CompositionRule } from '../../core/compositionRules.ts';
import { composeFiles } from '../../library/compose.ts';
import type { SftReference } from '../../recipe/sftReference.ts';
import { count } from '../format.ts';
import { refuseLoss, refuseOntoItself } from '../outFile.ts';
import { inform, print, printJson } from '../output.ts';
import { headChoice, ruleOption, sftReferences, type HeadChoice } from '../values.ts';

interface ComposeFlags {
  readonly out: string;
  readonly head?: HeadChoice;
  readonly rule: CompositionRule;
  readonly force?: boolean;
  readonly replace?: boolean;
  readonly json?: boolean;
}

export function composeCommand(program: Command): void {
  program
    .command('compose')
    .description('add SFTs up into one')
    .argument('<file[@coefficient]...>', 'the SFTs, or one NAME.compose.yaml', sftReferences)
    .requiredOption('--out <file>', 'the SFT to write')
    .option('--head <n|none>', 'whose head is kept, counted from 1, where several have one', headChoice)
    .addOption(ruleOption())
    .option('--force', 'add SFTs of different bases all the same')
    .option('--replace', 'replace a file that is there already, whatever it is')
    .option('--json', 'print one JSON object')
    .action(
      async (
        references: readonly SftReference[],
        { out, head, rule, force, replace, json }: ComposeFlags,
      ) => {
        for (const { sft } of references) await refuseOntoItself(sft, out);
        await refuseLoss(out, replace);
        const { metadata, entries, warnings } = await composeFiles(references, out, {
          headFrom: head,
          rule,
          force,
          createdBy: 'sft-studio',
        });
        for (const { message } of warnings) inform(`warning: ${message}`);
        if (json === true)
          printJson({ file: out, entries, metadata, warnings: warnings.map(({ code }) => code) });
        else print(`${out}  ${count(entries)} entries`);
      },
    );
}
