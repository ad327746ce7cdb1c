import { bytesText } from '../protocol/bytesText.ts';
import { engineState, engineWords, type DoctorFacts, type NodeFinding } from '../protocol/doctor.ts';
import { table } from './format.ts';

/** What `sft doctor` found, as a person reads it on a terminal. */
export function doctorText(facts: DoctorFacts): string {
  const { sft, node, system, processor, memory, engine, engines, home, nodes, liveRuns, problems } = facts;
  const speed = engine.flopsPerSecond === null ? '' : `, ${Math.round(engine.flopsPerSecond / 1e9)} GFLOPS`;
  const threads = engine.sharedMemory
    ? 'optimiser on several threads'
    : 'optimiser on one thread (Node 24 allows several)';
  const libc = system.libc === null ? '' : ` (${system.libc})`;
  return [
    `SFT Studio  ${sft}`,
    `Node        ${node.words} (${node.path})`,
    `system      ${system.platform} ${system.arch} ${system.release}${libc}`,
    `processor   ${processor.model}, ${processor.cores} cores; ${processor.threads} threads are used`,
    `memory      ${bytesText(memory.free)} of ${bytesText(memory.total)} free`,
    `engine      ONNX Runtime ${engine.version}: ${engine.problem === null ? `works, ${threads}${speed}` : `does not work: ${engine.problem}`}`,
    `SFT_HOME    ${home.path} (${home.writable ? 'writable' : 'not writable'}${home.freeDisk === null ? '' : `, ${bytesText(home.freeDisk)} free`})`,
    `live runs   ${liveRuns}`,
    '',
    table([['engine', '', ''], ...engines.map((one) => [one.name, engineState(one), engineWords(one)])]),
    '',
    'Nodes, in the order in which they are tried:',
    ...nodes.map(nodeLine),
    '',
    ...(problems.length === 0
      ? ['All is well.']
      : problems.map(({ what, advice }) => `problem: ${what} ${advice}`)),
  ].join('\n');
}

const places = {
  setting: 'the setting sft.nodePath',
  own: 'this process',
  path: 'on the PATH',
  editor: "the editor's own",
} as const;

function nodeLine({ path, source, words, problem, chosen }: NodeFinding): string {
  const state = problem === null ? (words ?? '') : problem;
  return `${chosen ? '* ' : '  '}${path}  ${places[source]}: ${state}${chosen ? ' (trains)' : ''}`;
}
