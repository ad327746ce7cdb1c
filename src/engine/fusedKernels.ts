/**
 * Kernels that an engine may offer as one operator. An op of ours uses it where `getKernel` finds it for the active
 * backend and is composed of TensorFlow.js ops otherwise, so that a model stays one text on every engine.
 */
export const FUSED = {
  layerNormalization: 'SftLayerNormalization',
  gelu: 'SftGelu',
  keepFactors: 'SftKeepFactors',
  splitRows: 'SftSplitRows',
  scatterRows: 'SftScatterRows',
  subtractAt: 'SftSubtractAt',
} as const;
