import { join } from 'node:path';
import type { Command } from 'commander';
import { doctorReport } from '../../protocol/doctor.ts';
import { examineMachine } from '../../trainer/doctor.ts';
import { doctorText } from '../doctorText.ts';
import { EXIT, print, printJson } from '../output.ts';
import { statusLine } from '../statusLine.ts';

interface DoctorFlags {
  readonly node?: string;
  readonly report?: boolean;
  readonly json?: boolean;
}

export function doctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('look at this machine: what training would use, and what is missing')
    .option('--node <path>', 'the Node that the setting sft.nodePath names')
    .option('--report', 'print a text for bug reports, without paths, names or data')
    .option('--json', 'print one JSON object; its field `report` holds that text')
    .action(async ({ node, report, json }: DoctorFlags) => {
      const status = statusLine();
      status.show('looking at this machine');
      const facts = await examineMachine({
        configured: node,
        program: join(import.meta.dirname, 'probe.js'),
      }).finally(() => status.clear());
      if (json === true) printJson({ ...facts, report: doctorReport(facts) });
      else print(report === true ? doctorReport(facts) : doctorText(facts));
      if (facts.problems.length > 0) process.exitCode = EXIT.problem;
    });
}
