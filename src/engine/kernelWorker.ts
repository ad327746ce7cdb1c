// A thread of the kernel pool: sleeps until there is work, does what nobody else has taken, sleeps again.
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { kernelsOn, type Kernels } from '../core/kernelMemory.ts';
import { CONTROL, doTasks, type KernelTable } from './kernelTable.ts';
import type { MemoryMessage } from './kernelPool.ts';

if (parentPort === null) throw new Error('This file is a worker thread of the kernel pool.');
const port = parentPort;
const table = workerData as KernelTable;
const { control } = table;
const memories = new Map<number, Kernels>();

function kernelsOf(memory: number): Kernels {
  // Memories arrive as messages, which a thread that sleeps between rounds must fetch.
  for (
    let message = receiveMessageOnPort(port);
    message !== undefined;
    message = receiveMessageOnPort(port)
  ) {
    const { id, handle } = message.message as MemoryMessage;
    if (handle === null) memories.delete(id);
    else memories.set(id, kernelsOn(handle, true));
  }
  const found = memories.get(memory);
  if (found === undefined) throw new Error(`A task in memory ${memory}, which never came.`);
  return found;
}

port.postMessage('ready');
let seen = 0;
for (;;) {
  Atomics.wait(control, CONTROL.round, seen);
  const round = Atomics.load(control, CONTROL.round);
  // The call of a round that this thread has seen before it was made, and done: it counts once.
  if (round === seen) continue;
  seen = round;
  if (Atomics.load(control, CONTROL.quit) !== 0) break;
  try {
    doTasks(table, kernelsOf);
  } catch {
    Atomics.store(control, CONTROL.failed, 1);
  }
  Atomics.add(control, CONTROL.done, 1);
  Atomics.notify(control, CONTROL.done);
}
port.close();
