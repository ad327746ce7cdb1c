import type { ModelConfig } from './config.ts';

const FLOAT = 4;

/** Bytes of what the layers hold of so many word pieces between their way forwards and the one backwards. */
export function activationBytes(
  { layers, hiddenSize, intermediateSize }: Pick<ModelConfig, 'layers' | 'hiddenSize' | 'intermediateSize'>,
  pieces: number,
): number {
  return FLOAT * layers * pieces * (16 * hiddenSize + 4 * intermediateSize);
}
