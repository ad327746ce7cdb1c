import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomParameters, tinyBertJson, writeConfig } from '../../test/support/tinyModel.ts';
import { readModelConfig } from '../formats/modelFolder.ts';
import { buildModel } from '../model/buildModel.ts';
import { maskedLanguageModelling } from '../model/heads/maskedLanguageModelling.ts';
import { tokenClassification } from '../model/heads/tokenClassification.ts';
import type { Freeze, Method } from '../recipe/types.ts';
import { assignRoles, countEntries } from '../training/roles.ts';
import { modelSizes } from './modelSizes.ts';

let folder: string;
beforeAll(() => {
  folder = writeConfig(mkdtempSync(join(tmpdir(), 'sft-sizes-')), tinyBertJson);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const heads = {
  tagging: tokenClassification,
  tied: maskedLanguageModelling(false),
  untied: maskedLanguageModelling(true),
};

describe('sizes counted without weights are those of the model', () => {
  const methods: Method[] = ['ltsft', 'full', 'head'];
  const frozen: Freeze[][] = [[], ['layerNorm'], ['embeddings', 'head'], ['layerNorm', 'decoder']];
  for (const kind of ['tagging', 'tied', 'untied'] as const) {
    it.each(methods.flatMap((method) => frozen.map((freeze) => ({ method, freeze }))))(
      `${kind}, $method, frozen: $freeze`,
      ({ method, freeze }) => {
        const config = readModelConfig(folder);
        const head = heads[kind];
        const outputs = kind === 'tagging' ? 3 : config.vocabSize;
        const model = buildModel(randomParameters(folder), { config, head, labels: outputs, seed: 1 });
        const roles = assignRoles(model.keys(), config, freeze, method);
        const recipe = { freeze, method, optimizer: { weightDecay: 0 } };
        const sizes = modelSizes({ config, head, outputs, recipe });
        expect(sizes).toMatchObject({
          parameters: [...model.values()].reduce((sum, { values }) => sum + values.length, 0),
          maskable: countEntries(model, roles, 'maskable'),
          dense: countEntries(model, roles, 'dense'),
        });
        expect(sizes.whole).toBeLessThanOrEqual(sizes.maskable + sizes.dense);
        const decayed = modelSizes({
          config,
          head,
          outputs,
          recipe: { ...recipe, optimizer: { weightDecay: 0.1 } },
        });
        expect(decayed.whole).toBe(sizes.maskable + sizes.dense);
      },
    );
  }
});
