import type { Problem } from './problem.ts';

/** Compose benches, their files, and sweeps over coefficients. */
export const composeErrors = {
  'compose-file': (d: { reason: string }): Problem => ({
    what: d.reason,
    advice: 'Open the file as text and mend that line.',
  }),
  'compose-file-field': (d: { field: string; reason: string }): Problem => ({
    what: `${d.field} of this compose file cannot be used: ${d.reason}.`,
    advice: 'Open the file as text and mend that line.',
  }),
  'compose-file-missing': (d: { path: string }): Problem => ({
    what: `It names ${d.path}, where there is nothing.`,
    advice: 'Correct the path, which starts at the folder of the compose file, or bring the file back.',
  }),
  'compose-file-several': (d: { command: string; sfts: number }): Problem => ({
    what: `It adds ${d.sfts} SFTs up, and sft ${d.command} looks at one.`,
    advice: 'Give one of them, or compose them first: sft compose NAME.compose.yaml --out FILE.',
  }),
  'compose-file-newer': (d: { version: number; supported: number }): Problem => ({
    what: `The compose file has version ${d.version}, and this program knows up to ${d.supported}.`,
    advice: 'Install a newer version of SFT Studio.',
  }),
  'compose-file-alone': (d: { file: string }): Problem => ({
    what: `${d.file} says which SFTs are added, and others are given beside it.`,
    advice: 'Give the compose file alone, or add the SFTs to it.',
  }),
  'compose-file-off': (): Problem => ({
    what: 'No SFT of this compose file is on.',
    advice: 'Switch one on in the compose bench, or remove "on: false" from a row.',
  }),
  'sweep-too-large': (d: { points: number; limit: number }): Problem => ({
    what: `A sweep over ${d.points} choices of coefficients was asked for; ${d.limit} are allowed.`,
    advice: 'Take fewer steps, or fewer coefficients at a time.',
  }),
  'sweep-axes': (d: { given: number }): Problem => ({
    what: `--vary was given ${d.given} times; a sweep is over one or two coefficients.`,
    advice: 'Give --vary NAME=0..1.5 once or twice.',
  }),
  'sweep-same-axis': (d: { name: string }): Problem => ({
    what: `--vary names ${d.name} twice.`,
    advice: 'Vary each coefficient once, with all of its values.',
  }),
  'sweep-name': (d: { name: string; names: readonly string[] }): Problem => ({
    what: `--vary names ${d.name}, which is none of these SFTs or several of them: ${d.names.join(', ')}.`,
    advice: "Give the SFT's path, its file's name without its ending, or its number from 1.",
  }),
} satisfies Record<string, (details: never) => Problem>;
