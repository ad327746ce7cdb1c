import { loadRuntime } from '../../src/engine/compiled/runtime.ts';

/** A sentence (or text, or pair) as an exported model takes it. */
export interface OnnxSentence {
  readonly ids: Iterable<number>;
  /** Segment of each piece; all 0 unless given. */
  readonly types?: Iterable<number> | undefined;
  /** Where each word starts, and where the last one ends: for a parser. */
  readonly words?: Iterable<number> | undefined;
}

export interface OnnxOutput {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** Runs an exported model over one padded batch in a plain session of ONNX Runtime, as somebody would who knows nothing of this project. */
export async function runOnnx(
  file: string,
  sentences: readonly OnnxSentence[],
  pad: number,
): Promise<Record<string, OnnxOutput>> {
  const { InferenceSession, Tensor } = await loadRuntime();
  const session = await InferenceSession.create(file);
  const batch = (rows: readonly (readonly number[])[], filler: (row: readonly number[]) => number) => {
    const length = Math.max(...rows.map((row) => row.length));
    const values = rows.flatMap((row) => Array.from({ length }, (_, i) => BigInt(row[i] ?? filler(row))));
    return new Tensor('int64', BigInt64Array.from(values), [rows.length, length]);
  };
  const ids = sentences.map((sentence) => [...sentence.ids]);
  const all = {
    input_ids: () => batch(ids, () => pad),
    attention_mask: () =>
      batch(
        ids.map((row) => row.map(() => 1)),
        () => 0,
      ),
    token_type_ids: () =>
      batch(
        sentences.map(({ types }, i) => [...(types ?? ids[i].map(() => 0))]),
        () => 0,
      ),
    word_starts: () =>
      batch(
        sentences.map(({ words }) => [...(words ?? [])]),
        (row) => row.at(-1) ?? 0,
      ),
  };
  const feeds = Object.fromEntries(
    session.inputNames.map((name) => [name, all[name as keyof typeof all]()] as const),
  );
  const results = await session.run(feeds);
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, { data, dims }]) => [
      name,
      { dims, data: Float32Array.from(data as Float32Array) },
    ]),
  );
}
