import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

/** The reference's algorithm in torch, a step at a time (bench/peer/step.py). */
export interface Peer {
  call<T>(cmd: string, options?: Readonly<Record<string, unknown>>): Promise<T>;
  quit(): Promise<void>;
}

/** Starts the peer with a Python that has torch and transformers (bench/peer/requirements.txt). */
export function startPeer(python: string): Peer {
  const child = spawn(python, [join(import.meta.dirname, '..', 'bench', 'peer', 'step.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting: ((line: string) => void)[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.(line));
  const ended = new Promise<void>((resolve) => {
    child.on('exit', () => {
      for (const one of waiting) one('{"ok":false,"error":"the peer ended"}');
      resolve();
    });
  });
  return {
    async call(cmd, options = {}) {
      const answer = new Promise<string>((resolve) => {
        waiting.push(resolve);
      });
      child.stdin.write(`${JSON.stringify({ cmd, ...options })}\n`);
      const reply = JSON.parse(await answer) as { ok: boolean; error?: string };
      if (!reply.ok) throw new Error(`The peer says: ${reply.error}`);
      return reply as never;
    },
    async quit() {
      child.stdin.write('{"cmd":"quit"}\n');
      child.stdin.end();
      await ended;
    },
  };
}
