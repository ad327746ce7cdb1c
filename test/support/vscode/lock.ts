import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Runs a function while no other process of this machine runs one under the same path. The lock is a name among Linux's
 * abstract sockets, which the system frees when a process ends, however it ends.
 */
export async function withLock<T>(path: string, run: () => Promise<T>): Promise<T> {
  const name = `\0sft-studio-${createHash('sha256').update(resolve(path)).digest('hex')}`;
  const free = await taken(name);
  try {
    return await run();
  } finally {
    await free();
  }
}

async function taken(name: string): Promise<() => Promise<void>> {
  for (;;) {
    const server = createServer((socket) => socket.destroy());
    try {
      server.listen(name);
      await once(server, 'listening');
      return async () => {
        server.close();
        await once(server, 'close');
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      await pause(100);
    }
  }
}
