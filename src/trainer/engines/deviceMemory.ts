import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { EngineName } from '../../core/engineNames.ts';
import { systemCode } from '../../formats/fileErrors.ts';
import { activationBytes } from '../../model/activationBytes.ts';
import type { TrialShape } from './trialShape.ts';

const FLOAT = 4;
/** What a driver and its compiled kernels take. */
const DRIVER_BYTES = 400e6;
/** Blocks of a device's memory pool that are not full. */
const POOL_FACTOR = 1.5;
const READS = 0.15;
const HEAD_ARRAYS = 3;
/** A smaller run is not worth a device. */
const LEAST_TOKENS = 64;

/** Bytes that a run of so many word pieces needs on a device: parameters, their gradients, activations, the head's output. */
export function deviceBytes(shape: TrialShape, microTokens: number): number {
  const { hiddenSize, intermediateSize, layers, outputs, isLanguage } = shape;
  const layer = 4 * hiddenSize ** 2 + 2 * hiddenSize * intermediateSize + 13 * hiddenSize;
  const parameters = layers * layer + outputs * hiddenSize;
  const activations = activationBytes(shape, microTokens) * POOL_FACTOR;
  const head = HEAD_ARRAYS * microTokens * (isLanguage ? READS : 1) * outputs;
  return DRIVER_BYTES + activations + FLOAT * (2 * parameters + head);
}

/** Arrays of all parameters that a stride holds: values and moments as they come, as they go, and in between, and gradients. */
const STRIDE_ARRAYS = 12;
/** Rows of embeddings that a long phase touches. */
const ROWS = 30_000;

/** Bytes that several steps in one run need on a device, beside what one needs: their values and moments are there, too. */
export function strideBytes(shape: TrialShape, microTokens: number): number {
  const { hiddenSize, intermediateSize, layers } = shape;
  const layer = 4 * hiddenSize ** 2 + 2 * hiddenSize * intermediateSize;
  const trained = layers * layer + ROWS * hiddenSize;
  return deviceBytes(shape, microTokens) + STRIDE_ARRAYS * FLOAT * trained;
}

/** The most word pieces a run, of the shape's or halves of them, that fit; undefined where even few do not. */
export function tokensThatFit(shape: TrialShape, bytes: number): number | undefined {
  for (let tokens = shape.microTokens; tokens >= LEAST_TOKENS; tokens = Math.floor(tokens / 2))
    if (deviceBytes(shape, tokens) <= bytes) return tokens;
  return undefined;
}

/** Bytes of the memory of an engine's device; null where nobody tells. */
export async function deviceMemory(name: EngineName): Promise<number | null> {
  if (name !== 'webgpu' && name !== 'cuda' && name !== 'tfjs-node-gpu') return null;
  const nvidia = await nvidiaMemory();
  if (nvidia !== null || name !== 'webgpu') return nvidia;
  // Apple's graphics share the machine's memory, of which they get about two thirds.
  if (process.platform === 'darwin') return totalmem() * 0.66;
  return process.platform === 'linux' ? linuxMemory() : null;
}

async function nvidiaMemory(): Promise<number | null> {
  try {
    const { stdout } = await promisify(execFile)(
      'nvidia-smi',
      ['--query-gpu=memory.total', '--format=csv,noheader,nounits'],
      { timeout: 5000, windowsHide: true },
    );
    const megabytes = Number.parseInt(stdout, 10);
    return Number.isFinite(megabytes) ? megabytes * 2 ** 20 : null;
  } catch {
    return null; // there is no such program, or no such card
  }
}

/** As the kernel's driver for AMD's cards tells it: the largest. */
async function linuxMemory(): Promise<number | null> {
  const root = '/sys/class/drm';
  try {
    const cards = (await readdir(root)).filter((name) => /^card\d+$/.test(name));
    const sizes = await Promise.all(
      cards.map(async (card) =>
        Number(await readFile(join(root, card, 'device/mem_info_vram_total'), 'utf8').catch(() => '0')),
      ),
    );
    const most = Math.max(0, ...sizes);
    return most > 0 ? most : null;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return null;
  }
}
