import { writeFileAtomically } from './atomicFile.ts';
import { writeAll } from './fileBytes.ts';
import { type Dtype, dtypeBytes } from './safetensorsHeader.ts';

/** A tensor to write; its type in the file follows from its array (Float32Array is F32 ...). */
export interface TensorToWrite {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array | Uint32Array | BigInt64Array | Uint8Array;
}

/**
 * Writes a safetensors file atomically, straight from the arrays: no copy of them is made. The same input gives
 * the same bytes. Tensors keep their order, but those of larger elements come first, so that each is aligned.
 * @throws UserError `file-disk-full`, `file-unwritable`, `file-in-use`
 */
export async function writeSafetensors(
  path: string,
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const ordered = tensors.toSorted((a, b) => b.values.BYTES_PER_ELEMENT - a.values.BYTES_PER_ELEMENT);
  const header = makeHeader(ordered, metadata);
  await writeFileAtomically(path, async (handle) => {
    await writeAll(handle, header);
    for (const { values } of ordered) {
      await writeAll(handle, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
  });
}

/** Length and JSON, padded with spaces to a multiple of 8 bytes. */
function makeHeader(
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const entries: [string, unknown][] = Object.keys(metadata).length > 0 ? [['__metadata__', metadata]] : [];
  let at = 0;
  for (const { name, shape, values } of tensors) {
    const dtype = dtypeOf(values);
    const size = shape.reduce((product, n) => product * n, 1);
    if (size !== values.length) throw new Error(`${name}: ${values.length} values for [${shape.join(', ')}]`);
    const end = at + size * dtypeBytes[dtype];
    entries.push([name, { dtype, shape, data_offsets: [at, end] }]);
    at = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const length = Math.ceil(json.length / 8) * 8;
  const header = new Uint8Array(8 + length).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(json, 8);
  return header;
}

function dtypeOf(values: TensorToWrite['values']): Dtype {
  if (values instanceof Float32Array) return 'F32';
  if (values instanceof Int32Array) return 'I32';
  if (values instanceof Uint32Array) return 'U32';
  return values instanceof BigInt64Array ? 'I64' : 'U8';
}
