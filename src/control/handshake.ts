import { timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';

/** Milliseconds that a client has for its token. */
const defaultPatience = 5000;
/** A token, its line feed, and nothing longer. */
const longest = 256;

/** What a client says first. */
export function greeting(token: string): string {
  return `${token}\n`;
}

/**
 * Waits for the token; gives whether it was the right one, with what followed it put back into the socket, which is
 * left paused. Without it the server says nothing and hangs up.
 */
export async function isGreeted(socket: Socket, token: string, patience = defaultPatience): Promise<boolean> {
  const greeted = await new Promise<boolean>((resolve) => {
    let seen = Buffer.alloc(0);
    const end = (right: boolean) => {
      clearTimeout(timer);
      socket.off('data', take).off('close', refuse).off('error', refuse);
      resolve(right);
    };
    const refuse = () => end(false);
    const take = (data: Buffer) => {
      seen = Buffer.concat([seen, data]);
      const feed = seen.indexOf('\n');
      if (feed < 0 && seen.length <= longest) return;
      const right = feed >= 0 && isSame(seen.subarray(0, feed), Buffer.from(token));
      socket.pause();
      if (right && feed + 1 < seen.length) socket.unshift(seen.subarray(feed + 1));
      end(right);
    };
    const timer = setTimeout(refuse, patience).unref();
    socket.on('data', take).once('close', refuse).once('error', refuse);
  });
  if (!greeted) socket.destroy();
  return greeted;
}

function isSame(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
