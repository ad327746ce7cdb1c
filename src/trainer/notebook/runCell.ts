import { UserError } from '../../core/errors/userError.ts';
import { namedPath } from '../../formats/hubCache.ts';
import type { HomePaths } from '../../home/home.ts';
import { checkCell } from '../../notebook/cells/check.ts';
import { judgeClaims } from '../../notebook/cells/judge.ts';
import { missingCellPaths } from '../../notebook/cells/paths.ts';
import type { CellRequest } from '../../notebook/cells/schema.ts';
import { baseAbove, requestsOf, type SourceCell, sweptBy } from '../../notebook/cells/source.ts';
import { fitOutput } from '../../notebook/fit.ts';
import { originOf } from '../../notebook/origin.ts';
import { outputSchema } from '../../protocol/cellOutcomes.ts';
import type { CellOutcome, CellOutput, CellProblem, CellProgress } from '../../protocol/notebook.ts';
import type { Diagnostic } from '../../recipe/check.ts';
import type { Evaluator } from '../evaluator/evaluator.ts';
import { attributeCell } from './attributeCell.ts';
import type { CellContext, SweptFile } from './cellContext.ts';
import { newCellMeter } from './cellMeter.ts';
import { compareCell } from './compareCell.ts';
import { evaluateCell } from './evaluateCell.ts';
import { interferenceCell } from './interferenceCell.ts';
import { keepBlocks, withKeptFigures } from './keptBlocks.ts';
import { matrixCell } from './matrixCell.ts';
import { sweepCell } from './sweepCell.ts';

/** Where cells run. */
export interface CellPlace {
  /** Folder of the notebook. */
  readonly folder: string;
  readonly home: Pick<HomePaths, 'results' | 'cellOutputs' | 'sharedTexts'>;
  readonly evaluatorOf: (base: string) => Promise<Evaluator>;
}

export interface CellRun {
  /** What the cells above gave, from the top. */
  readonly above: readonly CellOutput[];
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((progress: CellProgress) => void) | undefined;
}

/**
 * Runs one cell of a notebook. What is the user's to mend is told as a failed outcome; an aborted one is interrupted. What does not
 * fit a file lies in the cache then.
 */
export async function runCell(
  cells: readonly SourceCell[],
  index: number,
  { folder, home, evaluatorOf }: CellPlace,
  { above, signal, progress }: CellRun,
): Promise<CellOutcome> {
  const { request, diagnostics, diagnose } = checkCell(cells[index].text);
  const from = originOf(
    cells,
    index,
    above.map((one) => one.from),
  );
  const failed = (problem: CellProblem): CellOutcome => ({ state: 'failed', problem: { ...problem, from } });
  if (request === undefined) return failed(diagnosticProblem(diagnostics));
  try {
    signal?.throwIfAborted();
    const [missing] = (await missingCellPaths(request, folder)).map(diagnose);
    if (missing !== undefined) return failed(diagnosticProblem([missing]));
    const requests = requestsOf(cells);
    const context: CellContext = {
      folder,
      home,
      evaluatorOf,
      baseAbove: baseAbove(requests, index),
      above: await Promise.all(above.map((one) => withKeptFigures(one, home.cellOutputs))),
      swept: sweptFiles(requests, folder),
      signal,
      meter: newCellMeter(progress),
    };
    // A file holds what the schema says, in its order of fields.
    const { output, taken } = fitOutput(outputSchema.parse({ ...(await outputOf(request, context)), from }));
    await keepBlocks(home.cellOutputs, taken);
    return { state: 'done', output };
  } catch (error) {
    if (signal?.aborted === true) return { state: 'interrupted' };
    if (error instanceof UserError) return failed(errorProblem(error));
    throw error;
  }
}

function outputOf(request: CellRequest, context: CellContext): Promise<CellOutput> {
  switch (request.kind) {
    case 'evaluate':
      return evaluateCell(context, request.value);
    case 'matrix':
      return matrixCell(context, request.value);
    case 'compare':
      return compareCell(context, request.value);
    case 'sweep':
      return sweepCell(context, request.value);
    case 'attribute':
      return attributeCell(context, request.value);
    case 'interference':
      return interferenceCell(context, request.value);
    default: {
      const claims = judgeClaims([request.value].flat(), context.above);
      return Promise.resolve({ kind: 'expect', blocks: [claims], figures: [], comparisons: [] });
    }
  }
}

function diagnosticProblem([first, ...more]: readonly Diagnostic[]): CellProblem {
  const { code, problem, start } = first;
  const others = more.length === 0 ? '' : ` The cell has ${more.length} more problems.`;
  return {
    code,
    what: `Line ${start.line}: ${problem.what}`,
    advice: `${problem.advice}${more.length === 1 ? ' The cell has one more problem.' : others}`,
    line: start.line,
  };
}

function errorProblem({ code, problem, place }: UserError): CellProblem {
  const where =
    place === undefined ? '' : `${place.file}${place.line === undefined ? '' : `:${place.line}`}: `;
  return { code, what: `${where}${problem.what}`, advice: problem.advice };
}

/** Names that cannot be found are told where their cell runs. */
function sweptFiles(requests: readonly (CellRequest | undefined)[], folder: string): SweptFile[] {
  const path = (named: string) => {
    try {
      return [namedPath(folder, named, 'sft')];
    } catch (error) {
      if (error instanceof UserError) return [];
      throw error;
    }
  };
  return sweptBy(requests).flatMap(({ data, sfts }) =>
    path(data).map((file) => ({ data: file, sfts: sfts.flatMap(path) })),
  );
}
