/** What computes: the values of `--engine` and of the setting `sft.engine`, but for `auto`. */
export const engineNames = ['cpu', 'webgpu', 'cuda', 'tfjs-node', 'tfjs-node-gpu', 'wasm'] as const;

export type EngineName = (typeof engineNames)[number];

/** `auto`: the fastest of those that are here. */
export type EngineChoice = EngineName | 'auto';

export const engineChoices: readonly EngineChoice[] = ['auto', ...engineNames];

/** Whether a text, of a checkpoint or an event, names an engine. */
export function isEngineName(text: string | undefined): text is EngineName {
  return engineNames.some((name) => name === text);
}
