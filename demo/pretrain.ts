/** Makes the demo's base model anew: npm run demo:pretrain [-- SEED FOLDER]; about a minute. */
import { join } from 'node:path';
import { pretrainBase } from './pretrainBase.ts';
import { settings } from './settings.ts';

const [seed = String(settings.world), folder = join(import.meta.dirname, '..', 'demo', 'base')] =
  process.argv.slice(2);
const began = performance.now();
await pretrainBase(Number(seed), folder, ({ step, loss }) => {
  if (step % 250 === 0) process.stderr.write(`step ${step}: loss ${loss.toFixed(3)}\n`);
});
process.stderr.write(`wrote ${folder} in ${((performance.now() - began) / 1000).toFixed(0)} s\n`);
