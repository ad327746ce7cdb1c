import type { Problem } from './problem.ts';

function failedAdvice(d: { isMemory: boolean; onProcessor: boolean; ofRun: boolean }): string {
  const again = d.ofRun ? 'Resume the run with `--resume`' : 'Try again';
  if (!d.onProcessor) {
    return d.ofRun
      ? `${again}; if it happens again, start it anew with --engine cpu.`
      : `${again} with --engine cpu; in a window the setting sft.engine names it.`;
  }
  return d.isMemory
    ? `Close other programs first. ${again}; shorter inputs (maxLength) and a smaller base take less.`
    : `${again}; sft doctor says whether the engine works here.`;
}

/** Machines on which the engine cannot run. */
export const engineErrors = {
  'engine-missing': (d: { reason: string }): Problem => ({
    what: d.reason,
    advice:
      'Train on another machine, for example over SSH or in a container with Linux; looking at runs and SFTs works here too.',
  }),
  'engine-other-package': (d: { target: string }): Problem => ({
    what: `This copy of SFT Studio has no engine for ${d.target}: it was packed for another platform.`,
    advice: `Install the package whose name has ${d.target} in it.`,
  }),
  'engine-not-here': (d: { name: string; words: string; command: string | null }): Problem => ({
    what: `The engine ${d.name} cannot be used here: ${d.words}.`,
    advice:
      d.command === null
        ? d.name === 'cpu'
          ? 'Leave it to --engine auto; sft doctor says what there is.'
          : 'Give --engine cpu, or leave it to --engine auto.'
        : `Run \`${d.command}\`, or leave the choice to --engine auto.`,
  }),
  'engine-none': (d: { reason: string }): Problem => ({
    what: `There is no engine here: ${d.reason}.`,
    advice: 'sft doctor lists what is missing of each, and the command that brings it.',
  }),
  'engine-failed': (d: {
    name: string;
    reason: string;
    isMemory: boolean;
    onProcessor: boolean;
    ofRun: boolean;
  }): Problem => ({
    what: `The engine ${d.name} ${d.isMemory ? 'ran out of memory' : 'failed'}: ${d.reason}.`,
    advice: failedAdvice(d),
  }),
  'engine-other-copy': (d: { name: string }): Problem => ({
    what: `The engine ${d.name} brings its own ONNX Runtime, and this process has loaded another one.`,
    advice: 'Give the command again, in a window after Developer: Reload Window.',
  }),
  'engine-single': (d: { name: string }): Problem => ({
    what: `The engine ${d.name} has no mixed precision.`,
    advice: 'Give another with --engine, or leave precision out of the recipe.',
  }),
  'engine-halves': (d: { name: string; reason: string }): Problem => ({
    what: `The card of the engine ${d.name}, or its driver, cannot compute in half precision: ${d.reason}.`,
    advice: 'Leave precision out of the recipe.',
  }),
  'engine-too-small': (d: { name: string; needed: string; there: string }): Problem => ({
    what: `The card of the engine ${d.name} is too small: training needs about ${d.needed} there, and it has ${d.there}.`,
    advice: 'Train with --engine cpu, or a smaller base model.',
  }),
  'engine-fetch': (d: { name: string; step: string; reason: string }): Problem => ({
    what: `The engine ${d.name} could not be fetched: ${d.step} failed (${d.reason}).`,
    advice: 'Mend that and give the command again; nothing of the attempt is left.',
  }),
  'engine-fetch-needs': (d: { name: string; programs: string }): Problem => ({
    what: `To fetch the engine ${d.name}, ${d.programs} must be installed.`,
    advice: 'Install what is missing, then give the command again.',
  }),
  'engine-windows-runtime': (d: { reason: string }): Problem => ({
    what: `Windows could not load the engine (${d.reason}). Most often the Microsoft Visual C++ runtime is missing or old.`,
    advice:
      'Install the newest "Microsoft Visual C++ Redistributable" for this processor from Microsoft, then start again.',
  }),
} satisfies Record<string, (details: never) => Problem>;
