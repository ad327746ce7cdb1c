import type { IncomingMessage, ServerResponse } from 'node:http';

/** Answers with bytes, or the range of them that is asked for. */
export function serveBytes(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>>,
): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (from > 0 && from >= bytes.length) {
    response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
    return;
  }
  const part = bytes.subarray(from);
  const range = from === 0 ? {} : { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
  response.writeHead(from === 0 ? 200 : 206, { ...headers, ...range, 'content-length': part.length });
  response.end(part);
}

/** An answer that sends only so many bytes of what it said it would, and hangs up when `cut` is called. */
export function cutShort(
  bytes: Uint8Array,
  count: number,
): { readonly trick: (response: ServerResponse) => void; readonly cut: () => void } {
  let open: ServerResponse | undefined;
  return {
    trick(response) {
      open = response;
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, count));
    },
    cut: () => open?.destroy(),
  };
}

/** Sends without saying how much, and ends. */
export function ofUnknownLength(bytes: Uint8Array): (response: ServerResponse) => void {
  return (response) => {
    response.writeHead(200);
    response.write(bytes.subarray(0, bytes.length - 1));
    response.end(bytes.subarray(bytes.length - 1));
  };
}

/** Sends as long as anybody listens. */
export function withoutEnd(part: Uint8Array): (response: ServerResponse) => void {
  return (response) => {
    response.writeHead(200);
    const more = (): void => {
      if (response.destroyed) return;
      if (response.write(part)) setImmediate(more);
      else response.once('drain', more);
    };
    more();
  };
}

/** A plain answer. */
export function answer(
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body: string | Uint8Array = '',
): (response: ServerResponse) => void {
  return (response) => response.writeHead(status, headers).end(body);
}
