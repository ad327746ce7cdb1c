import { describe, expect, it } from 'vitest';
import { fullGroups } from '../../src/training/entryGroups.ts';
import { gradientComputer } from '../../src/training/gradients.ts';
import { newWeights } from '../../src/training/weights.ts';
import { engines } from '../support/engines.ts';
import { hasOracle } from '../support/oracle.ts';
import { examplesOf } from '../support/oracleBatches.ts';
import { oracleJson, oracleTensors } from '../support/oracleFiles.ts';
import { HEADS, oracleModel } from '../support/oracleModel.ts';

interface Recorded {
  readonly norm: number;
  readonly sum: number;
  readonly first: number[];
  readonly top_indices: number[];
  readonly top_values: number[];
}

describe.skipIf(!hasOracle)('loss and gradients equal the reference', () => {
  for (const engine of engines) {
    for (const head of Object.keys(HEADS)) {
      it(`${head} on the engine ${engine.name}`, { timeout: engine.patience }, async () => {
        const { tolerances } = engine;
        const { model, parameters, packing } = await oracleModel(head, false);
        const roles = new Map([...parameters.keys()].map((name) => [name, 'maskable'] as const));
        const tied = head === 'mlm' ? ['bert.embeddings.word_embeddings.weight'] : [];
        const weights = newWeights(parameters, roles, model.config, tied);
        const computer = gradientComputer({
          engine,
          model,
          weights,
          packing,
          dropout: { hidden: 0, attention: 0, head: 0 },
          microTokens: 16,
          seed: 1,
          wanted: new Set(parameters.keys()),
          touch: true,
        });
        // Groups move the gradients into slabs, so they come before anything is computed.
        const groups = fullGroups({
          weights,
          gradients: computer.gradients,
          l1: false,
          l1OnSparseOnly: false,
          shared: false,
        });
        const batch = examplesOf(await oracleTensors('forward.safetensors'), `${head}.`);
        const { losses } = await computer.compute([batch], 0);
        expect(losses[0]).toBeCloseTo(
          oracleJson<{ loss: Record<string, number> }>('forward.json').loss[head],
          5,
        );

        const recorded = oracleJson<Record<string, Record<string, Recorded>>>('gradients.json')[head];
        const width = model.config.hiddenSize;
        const found = new Map<string, Float32Array>();
        for (const group of groups) {
          group.before();
          const size = parameters.get(group.name)!.values.length;
          const whole = new Float32Array(size);
          const rows = group.state().rows;
          for (const { gradients, at, count } of group.ranges()) {
            if (rows === undefined) whole.set(gradients.subarray(at, at + count));
            else
              rows.forEach((row, slot) =>
                whole.set(gradients.subarray(slot * width, (slot + 1) * width), row * width),
              );
          }
          found.set(group.name, whole);
        }
        for (const [name, { norm, first, top_indices, top_values }] of Object.entries(recorded)) {
          const gradient = found.get(name)!;
          // A softmax over positions does not notice it: what there is of a gradient is rounding.
          if (name === 'qa_outputs.bias' || name.endsWith('attention.self.key.bias')) {
            expect(Math.hypot(...gradient), name).toBeLessThan(1e-6);
            continue;
          }
          const scale = Math.max(norm, 1e-3);
          expect(Math.hypot(...gradient) / scale, name).toBeCloseTo(norm / scale, 4);
          first.forEach((value, i) =>
            expect(Math.abs(gradient[i] - value) / scale, `${name}[${i}]`).toBeLessThan(tolerances.gradient),
          );
          top_indices.forEach((at, i) =>
            expect(Math.abs(gradient[at] - top_values[i]) / scale, `${name}[${at}]`).toBeLessThan(
              tolerances.gradient,
            ),
          );
        }
        await computer.release();
      });
    }
  }
});
