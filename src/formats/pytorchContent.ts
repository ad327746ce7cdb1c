import type { PickleStorage, PickleValue } from './pickleValues.ts';

/** Fills `bytes` from byte `from` of a storage on. */
export type ReadStorage = (storage: PickleStorage, from: number, bytes: Uint8Array) => Promise<void>;

/** What `torch.save` wrote: the pickle, and where the storages lie. */
export interface PytorchContent {
  readonly value: PickleValue;
  /** Checks that a storage is there and has the size that the pickle says. */
  readonly check: (storage: PickleStorage) => void;
  readonly read: ReadStorage;
}
