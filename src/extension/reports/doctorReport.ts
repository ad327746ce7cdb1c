import { bytesText } from '../../protocol/bytesText.ts';
import { engineState, engineWords, type DoctorFacts, type NodeFinding } from '../../protocol/doctor.ts';
import { escaped, markdownTable } from './markdown.ts';

const places = {
  setting: 'the setting sft.nodePath',
  own: "the window's own",
  path: 'on the PATH',
  editor: "the editor's own",
} as const;

/** What there is on this machine for training, as a document: problems first. */
export function engineReport({
  sft,
  system,
  processor,
  memory,
  engine,
  engines,
  home,
  nodes,
  liveRuns,
  problems,
}: DoctorFacts): string {
  const speed = engine.flopsPerSecond === null ? '' : `, ${Math.round(engine.flopsPerSecond / 1e9)} GFLOPS`;
  const threads = engine.sharedMemory ? 'optimiser on several threads' : 'optimiser on one thread';
  const disk = home.freeDisk === null ? '' : `, ${bytesText(home.freeDisk)} free`;
  const libc = system.libc === null ? '' : ` (${system.libc})`;
  return [
    '# Engine information',
    ...(problems.length === 0
      ? ['Everything that training needs is there.']
      : problems.map(({ what, advice }) => `> **Problem:** ${escaped(what)} ${escaped(advice)}`)),
    markdownTable(
      [
        ['', 'left'],
        ['', 'left'],
      ],
      [
        ['SFT Studio', escaped(sft)],
        ['System', escaped(`${system.platform} ${system.arch} ${system.release}${libc}`)],
        [
          'Processor',
          escaped(`${processor.model}, ${processor.cores} cores; ${processor.threads} threads are used`),
        ],
        ['Memory', `${bytesText(memory.free)} of ${bytesText(memory.total)} free`],
        [
          'Engine',
          escaped(
            `ONNX Runtime ${engine.version}: ${engine.problem === null ? `works, ${threads}${speed}` : `does not work: ${engine.problem}`}`,
          ),
        ],
        ['SFT_HOME', escaped(`${home.path} (${home.writable ? 'writable' : 'not writable'}${disk})`)],
        ['Live runs', String(liveRuns)],
      ],
    ),
    '## Engines',
    'The setting `sft.engine` names one, or leaves it to the fastest. A command in the last column brings what is missing.',
    markdownTable(
      [
        ['Engine', 'left'],
        ['what it is', 'left'],
        ['state', 'left'],
        ['', 'left'],
      ],
      engines.map((one) => [
        escaped(one.name),
        escaped(one.title),
        escaped(engineState(one)),
        escaped(engineWords(one)),
      ]),
    ),
    '## The Node in which runs train',
    'The first one of these that works is taken. The setting `sft.nodePath` goes before all others.',
    markdownTable(
      [
        ['', 'left'],
        ['Program', 'left'],
        ['found', 'left'],
        ['state', 'left'],
      ],
      nodes.map(nodeRow),
    ),
  ].join('\n\n');
}

function nodeRow({ path, source, words, problem, chosen }: NodeFinding): string[] {
  return [chosen ? '**trains**' : '', escaped(path), places[source], escaped(problem ?? words ?? '')];
}
