import type { Example } from '../../src/data/example.ts';
import type { Parameter } from '../../src/core/parameters.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { compiledEngine, type CompiledEngineOptions } from '../../src/engine/compiled/compiledEngine.ts';
import { buildModel } from '../../src/model/buildModel.ts';
import type { ModelConfig } from '../../src/model/config.ts';
import { maskedLanguageModelling } from '../../src/model/heads/maskedLanguageModelling.ts';
import { tokenClassification } from '../../src/model/heads/tokenClassification.ts';
import { graphModel, microTokensFor, packingOptions } from '../../src/training/graphModel.ts';
import type { TrainingJob } from '../../src/training/job.ts';
import { assignRoles } from '../../src/training/roles.ts';
import { memoryBestStore } from '../../src/training/state.ts';

export interface BenchJob {
  readonly config: ModelConfig;
  readonly base: ReadonlyMap<string, Parameter>;
  readonly task: 'mlm' | 'tagging';
  readonly labels: number;
  readonly batches: readonly (readonly Example[])[];
  readonly steps: number;
  readonly l1: number;
  readonly k: number;
  readonly dropout: number;
  readonly learningRate: number;
  readonly engine: CompiledEngineOptions;
  /** Computes in the compiled engine's stead. */
  readonly on?: Engine | undefined;
  readonly microTokens?: number;
  readonly by?: 'lottery' | 'random';
}

/** A training job as the reference's scripts would set it up. */
export function benchJob(options: BenchJob): TrainingJob {
  const { config, task, labels, batches, steps, l1, k, dropout } = options;
  const head = task === 'mlm' ? maskedLanguageModelling(true) : tokenClassification;
  const originals = buildModel(options.base, { config, head, labels, seed: 1 });
  return {
    name: task,
    method: 'ltsft',
    model: graphModel(originals, config, head),
    originals,
    roles: assignRoles(
      originals.keys(),
      config,
      task === 'mlm' ? ['layerNorm', 'decoder'] : ['layerNorm'],
      'ltsft',
    ),
    select: { k, density: 0, by: options.by ?? 'lottery', iterations: 1 },
    full: { steps, l1 },
    sparse: { steps, l1 },
    optimizer: { learningRate: options.learningRate, warmupSteps: 0, weightDecay: 0, maxGradNorm: 1 },
    l1OnSparseOnly: false,
    dropout: { hidden: dropout, attention: dropout, head: dropout },
    packing: packingOptions(config, head),
    seed: 1,
    engine: options.on ?? compiledEngine(options.engine),
    threads: options.engine.threads,
    microTokens: options.microTokens ?? microTokensFor(config),
    batches: (_, step) => [batches[step % batches.length]],
    best: memoryBestStore(),
  };
}
