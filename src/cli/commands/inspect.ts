import type { Command } from 'commander';
import { encoderShapes } from '../../formats/encoderShapes.ts';
import { readModelConfig } from '../../formats/modelFolder.ts';
import { inspectSft, type SftInspection } from '../../library/inspect.ts';
import { count, percent, table } from '../format.ts';
import { print, printJson } from '../output.ts';
import { metricText } from '../progress.ts';

export function inspectCommand(program: Command): void {
  program
    .command('inspect')
    .description('show what an SFT file holds: metadata, density by layer and module')
    .argument('<file>', 'NAME.sft.safetensors, pytorch_diff.bin, or its folder')
    .option('--base <folder>', 'the base model, for densities of a file that does not hold its shapes')
    .option('--json', 'print one JSON object')
    .action(async (file: string, { base, json }: { base?: string; json?: boolean }) => {
      const shapes = base === undefined ? undefined : encoderShapes(readModelConfig(base));
      const found = await inspectSft(file, shapes);
      if (json === true) printJson(found);
      else printInspection(found);
    });
}

function printInspection({ file, metadata, entries, density, magnitudes, head }: SftInspection): void {
  print(file);
  const { metrics, labels, recipe: _recipe, parts, ...plain } = metadata;
  for (const [key, value] of Object.entries(plain))
    if (value !== undefined) print(`  ${key}: ${String(value)}`);
  if (labels !== undefined) print(`  labels: ${labels.join(' ')}`);
  for (const [name, value] of Object.entries(metrics ?? {})) print(`  ${name}: ${metricText(name, value)}`);
  for (const { name, coefficient } of parts ?? []) print(`  part: ${name} x ${coefficient}`);
  print();
  print(
    `${count(entries)} sparse entries, mean |value| ${magnitudes.mean.toExponential(2)}, largest ${magnitudes.largest.toExponential(2)}`,
  );
  for (const { name, shape } of head) print(`head: ${name} [${shape.join(', ')}]`);
  if (entries === 0) return;
  print();
  const cell = (row: string, column: string) => {
    const found = density.cells.find((one) => one.row === row && one.column === column);
    if (found === undefined) return '-';
    return found.density === undefined ? count(found.entries) : percent(found.density);
  };
  const rows = density.rows.filter((row) => row !== 'head');
  const columns = density.columns.filter((column) => rows.some((row) => cell(row, column) !== '-'));
  print(
    table([
      ['layer', ...columns],
      ...rows.map((row) => [row, ...columns.map((column) => cell(row, column))]),
    ]),
  );
}
