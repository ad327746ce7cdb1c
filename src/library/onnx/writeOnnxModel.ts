import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Parameters } from '../../core/parameters.ts';
import { writeTextAtomically } from '../../formats/atomicFile.ts';
import type { ModelConfig } from '../../formats/modelConfig.ts';
import { biaffine } from '../../model/heads/biaffine.ts';
import type { Head } from '../../model/heads/head.ts';
import { maskedLanguageModelling, mlmNames } from '../../model/heads/maskedLanguageModelling.ts';
import { questionAnswering } from '../../model/heads/questionAnswering.ts';
import { sequenceClassification } from '../../model/heads/sequenceClassification.ts';
import { tokenClassification } from '../../model/heads/tokenClassification.ts';
import { onnxGraph } from './onnxGraph.ts';
import { parserReadme } from './parserReadme.ts';
import { writeOnnx } from './writeOnnx.ts';

/**
 * Writes the model of a class of transformers, or a parser with a README that says how it is run, as `onnx/model.onnx`; gives what its
 * config.json must say of that.
 */
export async function writeOnnxModel(
  folder: string,
  parameters: Parameters,
  config: ModelConfig,
  architecture: string,
): Promise<Record<string, unknown>> {
  const head = headOf(architecture, parameters.has(mlmNames(config).decoder));
  const inside = join(folder, 'onnx');
  await mkdir(inside);
  if (head?.reads === 'words') await writeTextAtomically(join(folder, 'README.md'), parserReadme(config));
  const external = await writeOnnx(inside, await onnxGraph(parameters, config, head));
  // In a browser transformers.js would look for a file of 8-bit weights.
  const told = { dtype: 'fp32', ...(external ? { use_external_data_format: true } : {}) };
  return { 'transformers.js_config': told };
}

function headOf(architecture: string, untied: boolean): Head | undefined {
  if (architecture.endsWith('ForMaskedLM')) return maskedLanguageModelling(untied);
  if (architecture.endsWith('ForTokenClassification')) return tokenClassification;
  if (architecture.endsWith('ForBiaffineParsing')) return biaffine;
  if (architecture.endsWith('ForSequenceClassification')) return sequenceClassification;
  return architecture.endsWith('ForQuestionAnswering') ? questionAnswering : undefined;
}
