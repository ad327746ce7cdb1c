/**
 * Benchmarks: npm run bench [-- --peer PYTHON] [--json FILE] [--only steps,electron,limit,sft,sftBin,growth,watched,text,interference,evaluation,composition,activation,panel,sweep,sideBySide,engines,looking]
 *   [--threads N]
 *   [--setting 'mBERT tagging 0.1'] [--unfused]
 * With --peer, the reference's algorithm runs beside ours in that Python (bench/peer/requirements.txt), in the same run; with
 * --unfused it has the optimiser that the reference's own code has.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { collectGarbage } from '../src/engine/collectGarbage.ts';
import { timeActivation } from './activation.ts';
import { timeElectron, type ElectronResult } from './electron.ts';
import { timeComposition } from './composition.ts';
import { timeEngines } from './engines.ts';
import { timeEvaluation } from './evaluation.ts';
import { timeGrowth } from './growth.ts';
import { interferencePart, runInterferencePart, timeInterference } from './interference.ts';
import { timeLimit, type LimitResult } from './limit.ts';
import { timeLooking } from './looking.ts';
import { timePanel } from './panel.ts';
import { report, type BenchResults } from './report.ts';
import { runSftBinPart, timeSftBin, type SftBinPart } from './sftBin.ts';
import { timeSft } from './sftFile.ts';
import { timeSideBySide } from './sideBySide.ts';
import { timeSteps, type StepResult, type StepSetting } from './steps.ts';
import { hasTexts } from './support/texts.ts';
import { timeSweep } from './sweep.ts';
import { runTextPart, timeText } from './text.ts';
import { timeWatched } from './watched.ts';

const { values } = parseArgs({
  options: {
    peer: { type: 'string' },
    json: { type: 'string' },
    only: {
      type: 'string',
      default:
        'steps,electron,sft,sftBin,limit,growth,watched,text,interference,evaluation,composition,activation,panel,sweep,sideBySide,engines,looking',
    },
    setting: { type: 'string', default: '' },
    unfused: { type: 'boolean', default: false },
    threads: { type: 'string', default: String(cpus().length) },
    // A process that this one starts: `bench/sftBin.ts`, `bench/text.ts`, `bench/interference.ts`.
    part: { type: 'string' },
    folder: { type: 'string', default: '' },
  },
});

if (values.part !== undefined) {
  if (values.part === 'text') await runTextPart(values.folder);
  else if (values.part === interferencePart) await runInterferencePart(values.folder);
  else await runSftBinPart(values.part as SftBinPart, values.folder);
  process.exit(0);
}

/** Batches of sentences differ in how much of the reference's are padding: enough of them that they have about as much as an epoch. */
const SETTINGS: readonly StepSetting[] = [
  { shape: 'MiniLM', task: 'tagging', l1: 0.1, measured: 24 },
  { shape: 'MiniLM', task: 'mlm', l1: 0.1, measured: 8 },
  { shape: 'mBERT', task: 'tagging', l1: 0.1, measured: 24 },
  { shape: 'mBERT', task: 'tagging', l1: 0, measured: 24 },
  { shape: 'mBERT', task: 'mlm', l1: 0.1, measured: 4 },
];

/** Settings for which the cost of Electron's settings is measured. */
const ELECTRON_SETTINGS: readonly StepSetting[] = [
  { shape: 'MiniLM', task: 'mlm', l1: 0.1, measured: 8 },
  { shape: 'mBERT', task: 'tagging', l1: 0.1, measured: 8 },
  { shape: 'mBERT', task: 'mlm', l1: 0.1, measured: 5 },
];

const threads = Number(values.threads);
const wanted = new Set(values.only.split(','));
/** Those that bring what they work on. */
const needNoTexts = new Set<string>([interferencePart, 'activation', 'looking']);
if (!hasTexts && ![...wanted].every((name) => needNoTexts.has(name))) {
  process.stderr.write(
    'The benchmarks run on real sentences: SFT_SHARED names a folder with data/ud, models and tokenizers.\n',
  );
  process.exit(1);
}

/** Calls back with each setting that was asked for. */
async function eachOf(
  settings: readonly StepSetting[],
  measure: (setting: StepSetting) => Promise<void>,
): Promise<void> {
  const named = settings.map((setting) => ({
    setting,
    name: `${setting.shape} ${setting.task} ${setting.l1}`,
  }));
  const isOne = named.some(({ name }) => name === values.setting);
  for (const { setting, name } of named) {
    if (isOne ? name !== values.setting : !name.includes(values.setting)) continue;
    process.stderr.write(`${name} ...\n`);
    // What the setting before has left behind is not this one's memory.
    collectGarbage();
    await measure(setting);
  }
}

const steps: StepResult[] = [];
if (wanted.has('steps')) {
  await eachOf(SETTINGS, async (setting) => {
    steps.push(...(await timeSteps(setting, { python: values.peer, fused: !values.unfused, threads })));
  });
}
const electron: ElectronResult[] = [];
if (wanted.has('electron')) {
  await eachOf(ELECTRON_SETTINGS, async (setting) => {
    electron.push(...(await timeElectron(setting, threads)));
  });
}
const sft = wanted.has('sft') ? await timeSft(values.peer, threads) : [];
const sftBin = wanted.has('sftBin') ? await timeSftBin(sft) : [];
const limit: LimitResult[] = [];
if (wanted.has('limit'))
  for (const shape of ['MiniLM', 'mBERT'] as const) limit.push(await timeLimit(shape, threads));
const growth = wanted.has('growth') ? await timeGrowth(threads) : [];
const evaluation = wanted.has('evaluation') ? await timeEvaluation(values.peer, threads) : [];
collectGarbage();
const composition = wanted.has('composition') ? timeComposition() : [];
const watched = wanted.has('watched') ? await timeWatched(threads) : [];
const text = wanted.has('text') ? await timeText() : null;
const interference = wanted.has(interferencePart) ? [await timeInterference()] : [];

const activation = wanted.has('activation') ? timeActivation() : undefined;
const panel = wanted.has('panel') ? timePanel() : undefined;
const sweep = wanted.has('sweep') ? await timeSweep() : [];
const sideBySide = wanted.has('sideBySide') ? await timeSideBySide() : [];
const engines = wanted.has('engines') ? await timeEngines(threads) : [];
collectGarbage();
const looking = wanted.has('looking') ? await timeLooking(import.meta.dirname) : undefined;

const machine = `${threads} threads on ${cpus()[0]?.model.trim() ?? 'an unknown processor'}, Node ${process.versions.node}`;
const results: BenchResults = {
  machine,
  date: new Date().toISOString().slice(0, 10),
  steps,
  electron,
  limit,
  sft,
  sftBin,
  growth,
  watched,
  text,
  interference,
  evaluation,
  composition,
  activation,
  panel,
  sweep,
  sideBySide,
  engines,
  looking,
};
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 1)}\n`);
process.stdout.write(`${report(results)}\n`);
