import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Parameter } from '../src/core/parameters.ts';
import { normal } from '../src/core/random.ts';
import { batchAt } from '../src/data/batchSchedule.ts';
import { languageExamples } from '../src/data/language.ts';
import { maskTokens } from '../src/data/masking.ts';
import { loadTokenizer } from '../src/data/tokenizer/loadTokenizer.ts';
import { compiledEngine } from '../src/engine/compiled/compiledEngine.ts';
import { encoderShapes } from '../src/formats/encoderShapes.ts';
import { readModelConfig } from '../src/formats/modelFolder.ts';
import { writeSafetensors } from '../src/formats/safetensorsWriter.ts';
import { buildModel } from '../src/model/buildModel.ts';
import { maskedLanguageModelling } from '../src/model/heads/maskedLanguageModelling.ts';
import type { StepEvent } from '../src/protocol/events.ts';
import { graphModel, packingOptions } from '../src/training/graphModel.ts';
import type { TrainingJob } from '../src/training/job.ts';
import { assignRoles } from '../src/training/roles.ts';
import { memoryBestStore } from '../src/training/state.ts';
import { train } from '../src/training/train.ts';
import { plainText } from './languages/files.ts';
import { demoSentences } from './languages/generate.ts';
import { makeWorld } from './languages/world.ts';
import { settings } from './settings.ts';
import { worldVocabulary } from './vocabulary/world.ts';

/**
 * Pre-trains the demo's base model with the project's own engine, on the world's languages that are not targets, and writes
 * it as a Hugging Face folder. The output matrix is untied from the word embeddings and thrown away with the head.
 */
export async function pretrainBase(
  seed: number,
  folder: string,
  tell: (event: StepEvent) => void,
): Promise<void> {
  const world = makeWorld(seed);
  mkdirSync(folder, { recursive: true });
  const vocabulary = worldVocabulary(world);
  writeFileSync(join(folder, 'vocab.txt'), `${vocabulary.join('\n')}\n`);
  writeFileSync(
    join(folder, 'tokenizer_config.json'),
    `${JSON.stringify({ do_lower_case: false, tokenizer_class: 'BertTokenizer' })}\n`,
  );
  writeFileSync(join(folder, 'config.json'), `${JSON.stringify(configJson(vocabulary.length), null, 2)}\n`);
  const config = readModelConfig(folder);
  const tokenizer = await loadTokenizer(folder);
  const lines = world.languages
    .filter(({ role }) => role !== 'target')
    .flatMap((language) =>
      demoSentences(world, language, 'pretraining').map(({ words }) => plainText(words)),
    );
  const examples = languageExamples(lines, tokenizer, {
    blockSize: config.maxPositions,
    whole: 'lines',
    file: 'pretraining',
  });
  const head = maskedLanguageModelling(true);
  const base = freshEncoder(encoderShapes(config));
  const originals = buildModel(base, { config, head, labels: config.vocabSize, seed });
  const { steps, warmupSteps, learningRate, batchSize, probability } = settings.pretraining;
  const schedule = { examples: examples.length, batchSize, seed };
  const job: TrainingJob = {
    name: 'pretraining',
    method: 'full',
    model: graphModel(originals, config, head),
    originals,
    roles: assignRoles(originals.keys(), config, [], 'full'),
    select: { k: 1, density: 0, by: 'lottery', iterations: 1 },
    full: { steps, l1: 0 },
    sparse: { steps: 0, l1: 0 },
    optimizer: { learningRate, warmupSteps, weightDecay: 0, maxGradNorm: 1 },
    l1OnSparseOnly: false,
    dropout: { hidden: 0, attention: 0, head: 0 },
    packing: packingOptions(config, head),
    seed,
    engine: compiledEngine({ threads: 1 }),
    threads: 1,
    microTokens: 4096,
    batches(phase, step) {
      const { epoch, indices } = batchAt(schedule, phase, step);
      const masking = { probability, seed, draw: epoch };
      return [Array.from(indices, (i) => maskTokens(examples[i], masking, tokenizer, i))];
    },
    best: memoryBestStore(),
  };
  const running = train(job);
  let next = await running.next();
  for (; next.done !== true; next = await running.next()) if (next.value.type === 'step') tell(next.value);
  const { weights } = next.value;
  const tensors = [...encoderShapes(config)].flatMap(([name, shape]) => {
    if (name.includes('.pooler.')) return [];
    const table = weights.tables.get(name);
    const values = table === undefined ? weights.arrays.get(name)?.values : wholeTable(table);
    return values === undefined ? [] : [{ name: name.replace(/^bert\./, ''), shape, values }];
  });
  await writeSafetensors(join(folder, 'model.safetensors'), tensors, { format: 'pt' });
}

function wholeTable({
  base,
  width,
  slots,
  values,
}: {
  base: Float32Array;
  width: number;
  slots: Int32Array;
  values: Float32Array;
}): Float32Array {
  const whole = base.slice();
  slots.forEach((slot, row) => {
    if (slot >= 0) whole.set(values.subarray(slot * width, (slot + 1) * width), row * width);
  });
  return whole;
}

function freshEncoder(shapes: ReadonlyMap<string, readonly number[]>): Map<string, Parameter> {
  const { deviation, seed } = settings.pretraining;
  let stream = 0;
  const parameters = new Map<string, Parameter>();
  for (const [name, shape] of shapes) {
    if (name.includes('.pooler.')) continue;
    const size = shape.reduce((product, length) => product * length, 1);
    stream++;
    const values = name.endsWith('.bias')
      ? new Float32Array(size)
      : name.endsWith('LayerNorm.weight')
        ? new Float32Array(size).fill(1)
        : Float32Array.from({ length: size }, (_, i) => deviation * normal(seed, stream, i));
    parameters.set(name, { shape, values });
  }
  return parameters;
}

function configJson(vocabSize: number): Record<string, unknown> {
  const { hiddenSize, layers, heads, intermediateSize, maxPositions } = settings.encoder;
  return {
    architectures: ['BertModel'],
    model_type: 'bert',
    vocab_size: vocabSize,
    hidden_size: hiddenSize,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    intermediate_size: intermediateSize,
    max_position_embeddings: maxPositions,
    type_vocab_size: 2,
    hidden_act: 'gelu',
    hidden_dropout_prob: 0,
    attention_probs_dropout_prob: 0,
    layer_norm_eps: 1e-12,
    pad_token_id: 0,
  };
}
