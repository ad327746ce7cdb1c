import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NO_LABEL, type Example } from '../../src/data/example.ts';
import { withSafetensors } from '../../src/formats/safetensors.ts';
import { writeSafetensors } from '../../src/formats/safetensorsWriter.ts';
import type { Parse } from '../../src/training/parses.ts';
import type { Predictor } from '../../src/training/predictor.ts';
import { flatExamples, flatten } from './flatExamples.ts';
import { runPeer } from './runPeer.ts';

export interface PeerModel {
  readonly python: string;
  /** Where `bench/peer/realTasks.py` has saved the model, and files are exchanged. */
  readonly folder: string;
  /** What the script was trained with. */
  readonly run: string;
  /** Columns of the head's output. */
  readonly labels: number;
}

export const peerScript = join(import.meta.dirname, '..', 'bench', 'peer', 'realTasks.py');

/** The peer's model as a predictor, so that the same code scores both sides. The weights that it is given are not looked at. */
export function peerPredictor({ python, folder, run, labels }: PeerModel): Predictor {
  const ask = async (what: string, examples: readonly Example[]): Promise<Float32Array> => {
    const input = join(folder, 'asked.safetensors');
    const output = join(folder, 'answer.safetensors');
    await writeSafetensors(input, flatExamples(examples));
    await runPeer(python, [peerScript, what, run, input, output]);
    return withSafetensors(output, async (file) => (await file.read('values')) as Float32Array);
  };
  return {
    async logits(_, examples, visit) {
      const values = await ask('logits', examples);
      let at = 0;
      for (const [e, { ids, labels: gold }] of examples.entries()) {
        const single = gold.length === 1;
        for (let piece = 0; piece < (single ? 1 : ids.length); piece++) {
          if (single || gold[piece] !== NO_LABEL) visit(e, piece, values.subarray(at, at + labels));
          at += labels;
        }
      }
    },
    labelLosses: () => Promise.reject(new Error('The peer is not asked for losses.')),
    async parse(_, examples, choose) {
      const arcs = await ask('arcs', examples);
      let at = 0;
      const sets = examples.map(({ words = [] }, e) => {
        const count = words.length - 1;
        const scores = arcs.subarray(at, (at += count * (count + 1)));
        return choose(e, scores);
      });
      const parses = examples.map((): Parse[] => []);
      for (let set = 0; set < sets[0].length; set++) {
        const heads = sets.map((choices) => choices[set].map((head) => Math.max(head, 0)));
        await writeSafetensors(join(folder, 'heads.safetensors'), flatten('heads', heads));
        const relations = await ask('relations', examples);
        let from = 0;
        for (const [e, choices] of sets.entries()) {
          const own = choices[set];
          const found = Int32Array.from(relations.subarray(from, (from += own.length)));
          // The peer tells the best ones alone.
          parses[e].push({ heads: own, relations: found, otherRelations: found });
        }
      }
      return parses;
    },
    release: () => Promise.resolve(),
  };
}

/** Trains the peer's model; it is saved in `folder`. `dropout`: masks that it is given (`draws.ts`). */
export async function trainPeer(
  { python, folder, run }: PeerModel,
  examples: readonly Example[],
  settings: Readonly<Record<string, unknown>>,
  dropout?: Iterable<Uint8Array>,
): Promise<void> {
  const input = join(folder, 'train.safetensors');
  await writeSafetensors(input, flatExamples(examples));
  writeFileSync(
    run,
    JSON.stringify({
      ...settings,
      model: join(folder, 'model.pt'),
      heads: join(folder, 'heads.safetensors'),
    }),
  );
  await runPeer(python, [peerScript, 'train', run, input], dropout);
}
