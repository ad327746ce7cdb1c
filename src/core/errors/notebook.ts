import type { Problem } from './problem.ts';

/** Evaluation notebooks and their cells. */
export const notebookErrors = {
  'notebook-newer': (d: { version: string; supported: number }): Problem => ({
    what: `The notebook has format version ${d.version}, and this program knows up to ${d.supported}.`,
    advice: 'Install a newer version of SFT Studio; the file was left as it is.',
  }),
  'notebook-damaged': (d: { reason: string }): Problem => ({
    what: `This is no whole notebook: ${d.reason}.`,
    advice: 'Mend the line, or take the file from a copy; it was left as it is.',
  }),
  'notebook-large': (d: { megabytes: number; limit: number }): Problem => ({
    what: `The notebook is ${d.megabytes} MB large; ${d.limit} MB are allowed.`,
    advice: 'Clear outputs, or split it.',
  }),
  'run-no-page': (): Problem => ({
    what: 'With --no-run nothing is run, and no page was asked for.',
    advice: 'Say which page is to be written: --html FILE.',
  }),
  'notebook-changed': (d: { beside: string }): Problem => ({
    what: `The notebook was changed while it ran, so its outputs were not written into it; the notebook as it ran, with them, is ${d.beside}.`,
    advice: 'Run it again: what was predicted is kept, unless --no-cache was given.',
  }),
  'cell-empty': (d: { kinds: readonly string[] }): Problem => ({
    what: 'The cell is empty.',
    advice: `Begin it with what it is to do: ${d.kinds.join(', ')}.`,
  }),
  'cell-kind': (d: { found: readonly string[]; near?: string; kinds: readonly string[] }): Problem => ({
    what:
      d.found.length === 1
        ? `A cell cannot do "${d.found[0]}".`
        : `A cell does one thing, and this one has ${d.found.length === 0 ? 'none' : d.found.map((name) => `"${name}"`).join(' and ')}.`,
    advice: `${d.near === undefined ? '' : `Did you mean ${d.near}? `}Possible: ${d.kinds.join(', ')}.`,
  }),
  'cell-no-base': (): Problem => ({
    what: 'Nothing says on which base model this is to be evaluated.',
    advice: 'Give base here, or in a cell above.',
  }),
  'cell-path-missing': (d: { field: string; path: string }): Problem => ({
    what: `${d.field} names ${d.path}, which does not exist.`,
    advice: "Check the path; relative paths start at the notebook's folder.",
  }),
  'cell-name': (d: { field: string; found: string; known: readonly string[] }): Problem => ({
    what: `${d.field} names "${d.found}", which there is not.`,
    advice: d.known.length === 0 ? 'Run the cells above first.' : `There are: ${d.known.join(', ')}.`,
  }),
  'cell-no-entries': (d: { field: string }): Problem => ({
    what: `${d.field} is empty.`,
    advice: 'Give at least one entry: a name, and its SFTs.',
  }),
  'cell-sweep-again': (d: { sft: number }): Problem => ({
    what: `sweep.over varies SFT ${d.sft} twice.`,
    advice: 'Vary each SFT once; one axis alone draws a curve.',
  }),
  'cell-seeds': (d: { found: readonly number[] }): Problem => ({
    what: `Lists of several seeds must be of one length, and there are ${d.found.join(' and ')}.`,
    advice: 'Give each as many SFTs, one a seed in the same order, or a single one.',
  }),
  'cell-claim': (d: { claim: string }): Problem => ({
    what: `"${d.claim}" cannot be understood.`,
    advice:
      'Write for example: composed > taskOnly by 2 points, composed on mt >= 60 %, composed > taskOnly significantly.',
  }),
  'cell-sweep-size': (d: { settings: number; limit: number }): Problem => ({
    what: `The sweep has ${d.settings} settings; ${d.limit} are allowed.`,
    advice: 'Give fewer values.',
  }),
  'expectation-failed': (d: { failed: number; of: number }): Problem => ({
    what: `${d.failed} of ${d.of} expectations do not hold.`,
    advice: 'The notebook says what was found.',
  }),
} satisfies Record<string, (details: never) => Problem>;
