import { userError } from '../core/errors/userError.ts';
import type { Sft } from '../core/sft.ts';
import { writeFileAtomically } from './atomicFile.ts';
import { type PickleWriter, pickleWriter } from './pickleWriter.ts';
import { sizeOf } from './pytorchNames.ts';
import { toColumnMajor } from './sftBinIndices.ts';
import { checkSft } from './sftCheck.ts';
import { writeZip } from './zipWriter.ts';

/** The folder that PyTorch gives its files in the archive when it does not know better. */
const folder = 'archive';

/**
 * Writes an SFT as the reference's `pytorch_diff.bin`, atomically: any `torch.load` takes it, with `weights_only` too. The same
 * SFT gives the same bytes. Of each parameter with differences the shape must be known, from the SFT or from `shapes`.
 * @throws UserError `convert-shape`, `sft-broken`, `pytorch-too-large`, and those of writing
 */
export async function writeSftBin(
  path: string,
  sft: Sft,
  shapes: ReadonlyMap<string, readonly number[]> = new Map(),
): Promise<void> {
  const shaped = withShapes(sft, shapes, path);
  checkSft(shaped, path);
  const entries = [...shaped.diffs.values()].reduce((sum, { indices }) => sum + indices.length, 0);
  const pickle = pickleWriter(4096 + 512 * (sft.diffs.size + sft.abs.size) + 3 * entries);
  const storages: Float32Array[] = [];
  const tensor = (shape: readonly number[], values: Float32Array) => {
    writeTensor(pickle, storages.length, shape);
    storages.push(values);
  };
  pickle.dict(() => {
    pickle.text('diffs');
    pickle.dict(() => {
      for (const [name, { indices, values, shape }] of shaped.diffs) {
        const columns = toColumnMajor({ indices, values }, shape);
        pickle.text(name);
        pickle.dict(() => {
          pickle.text('size');
          pickle.call(
            () => pickle.name('torch', 'Size'),
            () => pickle.tuple(() => shape.forEach(pickle.number)),
          );
          pickle.text('index_steps');
          pickle.numbers(stepsOf(columns.indices, columns.indices === indices));
          pickle.text('values');
          tensor([values.length], columns.values);
        });
      }
    });
    pickle.text('abs');
    pickle.dict(() => {
      for (const [name, { shape, values }] of shaped.abs) {
        pickle.text(name);
        tensor(shape, values);
      }
    });
  });
  const contents = [
    { name: `${folder}/data.pkl`, bytes: pickle.end() },
    { name: `${folder}/byteorder`, bytes: Buffer.from('little') },
    ...storages.map((values, i) => ({
      name: `${folder}/data/${i}`,
      bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    })),
    { name: `${folder}/version`, bytes: Buffer.from('3\n') },
  ];
  await writeFileAtomically(path, async (handle) => writeZip(handle, contents, path));
}

type ShapedSft = Sft & {
  readonly diffs: ReadonlyMap<
    string,
    { readonly indices: Uint32Array; readonly values: Float32Array; readonly shape: readonly number[] }
  >;
};

function withShapes(
  { diffs, abs }: Sft,
  shapes: ReadonlyMap<string, readonly number[]>,
  path: string,
): ShapedSft {
  const shaped = [...diffs].map(([parameter, diff]) => {
    const shape = diff.shape ?? shapes.get(parameter);
    if (shape === undefined) throw userError('convert-shape', { parameter }, { file: path });
    if (sizeOf(shape) >= 2 ** 31) {
      const reason = `the reference counts to 2^31, and ${parameter} has more entries`;
      throw userError('pytorch-too-large', { reason }, { file: path });
    }
    return [parameter, { indices: diff.indices, values: diff.values, shape }] as const;
  });
  return { diffs: new Map(shaped), abs };
}

/** The first index, then the distance from each to the next. */
function stepsOf(indices: Uint32Array, isBorrowed: boolean): Uint32Array {
  const steps = isBorrowed ? indices.slice() : indices;
  for (let i = steps.length - 1; i > 0; i--) steps[i] -= steps[i - 1];
  return steps;
}

/** A tensor that is all of its storage, as `torch.save` describes it. */
function writeTensor(pickle: PickleWriter, key: number, shape: readonly number[]): void {
  const size = sizeOf(shape);
  const strides = shape.map((_, d) => sizeOf(shape.slice(d + 1)));
  pickle.call(
    () => pickle.name('torch._utils', '_rebuild_tensor_v2'),
    () => {
      pickle.persistent(() =>
        pickle.tuple(() => {
          pickle.text('storage');
          pickle.name('torch', 'FloatStorage');
          pickle.text(String(key));
          pickle.text('cpu');
          pickle.number(size);
        }),
      );
      pickle.number(0);
      pickle.tuple(() => shape.forEach(pickle.number));
      pickle.tuple(() => strides.forEach(pickle.number));
      pickle.bool(false);
      pickle.call(
        () => pickle.name('collections', 'OrderedDict'),
        () => undefined,
      );
    },
  );
}
