import type { Parameter } from '../../core/parameters.ts';
import { NO_LABEL, type Example } from '../../data/example.ts';
import type { Engine } from '../../engine/engine.ts';
import { requirePrecision } from '../../engine/requirePrecision.ts';
import { encoderShapes } from '../../formats/encoderShapes.ts';
import { buildModel } from '../../model/buildModel.ts';
import type { ModelConfig } from '../../formats/modelConfig.ts';
import { maskedLanguageModelling } from '../../model/heads/maskedLanguageModelling.ts';
import { tokenClassification } from '../../model/heads/tokenClassification.ts';
import { gradientComputer } from '../../training/gradients.ts';
import { graphModel, packingOptions } from '../../training/graphModel.ts';
import { assignRoles } from '../../training/roles.ts';
import { newWeights } from '../../training/weights.ts';
import type { TrialShape } from './trialShape.ts';

/** Two layers tell how fast more are. */
const MOST_LAYERS = 2;
/** A small table of word pieces does; a vocabulary's output matrix is what is measured of a language's. */
const TASK_VOCABULARY = 1000;
const STEPS = 3;
const READS = 0.15;

/** Seconds of a run forwards and backwards in a model of this shape: the median of a few, after one. */
export async function timeSteps(engine: Engine, shape: TrialShape): Promise<number> {
  requirePrecision(engine, shape.precision);
  const config = trialConfig(shape);
  const head = shape.isLanguage ? maskedLanguageModelling(true) : tokenClassification;
  const originals = buildModel(trialWeights(config), { config, head, labels: shape.outputs, seed: 1 });
  const roles = assignRoles(
    originals.keys(),
    config,
    shape.isLanguage ? ['layerNorm', 'decoder'] : ['layerNorm'],
    'ltsft',
  );
  const weights = newWeights(originals, roles, config, []);
  const trained = [...originals.keys()].filter((name) => roles.get(name) !== 'frozen');
  const computer = gradientComputer({
    engine,
    model: graphModel(originals, config, head),
    weights,
    packing: packingOptions(config, head),
    dropout: { hidden: 0.1, attention: 0.1, head: 0.1 },
    precision: shape.precision,
    microTokens: shape.microTokens,
    seed: 1,
    wanted: new Set(trained),
    touch: true,
  });
  try {
    const batch = trialBatch(shape, config);
    await computer.compute([batch], 0);
    const seconds: number[] = [];
    for (let step = 1; step <= STEPS; step++) {
      const began = performance.now();
      await computer.compute([batch], step);
      seconds.push((performance.now() - began) / 1000);
    }
    return seconds.sort((a, b) => a - b)[Math.floor(STEPS / 2)];
  } finally {
    await computer.release();
  }
}

function trialConfig(shape: TrialShape): ModelConfig {
  const { hiddenSize, intermediateSize, heads, layers, length, outputs, isLanguage } = shape;
  return {
    hiddenSize,
    intermediateSize,
    heads,
    modelType: 'bert',
    layers: Math.min(layers, MOST_LAYERS),
    vocabSize: isLanguage ? outputs : TASK_VOCABULARY,
    maxPositions: length,
    typeVocabSize: 2,
    layerNormEps: 1e-12,
    hiddenDropout: 0.1,
    attentionDropout: 0.1,
    padTokenId: 0,
    hiddenAct: 'gelu',
    raw: {},
  };
}

/** Small numbers of no meaning. */
function trialWeights(config: ModelConfig): Map<string, Parameter> {
  const weights = new Map<string, Parameter>();
  for (const [name, shape] of encoderShapes(config)) {
    const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
    for (let i = 0; i < values.length; i++) values[i] = (((i * 2654435761) >>> 8) / 2 ** 24 - 0.5) * 0.04;
    weights.set(name, { shape, values: name.endsWith('LayerNorm.weight') ? values.fill(1) : values });
  }
  return weights;
}

function trialBatch(
  { microTokens, length, isLanguage, outputs }: TrialShape,
  config: ModelConfig,
): Example[] {
  const rows = Math.max(1, Math.floor(microTokens / length));
  const every = Math.round(1 / READS);
  return Array.from({ length: rows }, (_, row) => ({
    ids: Int32Array.from({ length }, (_, i) => (row * length + i) % config.vocabSize),
    labels: Int32Array.from({ length }, (_, i) => (isLanguage && i % every > 0 ? NO_LABEL : i % outputs)),
  }));
}
