import type { CDPSession } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { beginning, eventsOfMessage, streamed } from '../support/streamedHour.ts';
import { chromiumPath, hasChromium, openPages, viewMessage, type Pages, type RunPage } from './runPage.ts';

/** Messages between two drawings: fewer drawings than in an hour of a run, but enough to see what one leaves behind. */
const batch = 600;

const title = hasChromium ? 'a streamed hour' : `a streamed hour (skipped: there is no ${chromiumPath})`;

describe.skipIf(!hasChromium)(title, () => {
  let pages: Pages;
  beforeAll(async () => {
    pages = await openPages();
  });
  afterAll(() => pages.close());

  test('leaves no more in the panel than ten minutes do', { timeout: 400_000 }, async () => {
    const panel = await pages.open();
    await panel.postedOf('ready');
    const session = await panel.page.context().newCDPSession(panel.page);
    let from: number;
    const begin = async (messages: number): Promise<void> => {
      const events = [
        ...beginning,
        ...Array.from({ length: messages }, (_, i) => eventsOfMessage(i + 1)).flat(),
      ];
      from = events.length;
      await panel.send(viewMessage(events));
    };
    const stream = async (first: number, last: number): Promise<void> => {
      for (let at = first; at <= last; at += batch) {
        const end = Math.min(last, at + batch - 1);
        const messages = Array.from({ length: end - at + 1 }, (_, i) => {
          const events = eventsOfMessage(at + i);
          const message = { type: 'events', from, events } as const;
          from += events.length;
          return message;
        });
        await sendAll(panel, messages);
        await panel.page
          .locator('.track-step')
          .getByText(`step ${end.toLocaleString('en-US')}/`)
          .waitFor();
      }
    };
    const { tenMinutes, hour } = streamed;
    // In ten minutes V8 has compiled what there is to compile: here it needs to have seen the end once.
    await begin(0);
    await stream(1, hour);
    await begin(0);
    await stream(1, tenMinutes);
    const early = await held(session);
    await stream(tenMinutes + 1, hour);
    const late = await held(session);
    expect(late.heap).toBeLessThan(1.1 * early.heap);
    expect(late.nodes).toBeLessThan(1.1 * early.nodes);
    expect(late.listeners).toBeLessThan(1.1 * early.listeners);
    expect(await panel.complaints()).toEqual([]);
  });
});

interface Target {
  postMessage(message: unknown, origin: string): void;
}

/** Sends messages in one go, each as one of its own. */
async function sendAll({ page }: RunPage, messages: readonly unknown[]): Promise<void> {
  await page.evaluate((all) => {
    for (const message of all) (globalThis as unknown as Target).postMessage(message, '*');
  }, messages);
}

/** What a page holds after garbage was collected: bytes of its heap, parts of its document, listeners. */
async function held(session: CDPSession): Promise<Record<'heap' | 'nodes' | 'listeners', number>> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
  return { heap: usedSize, nodes, listeners: jsEventListeners };
}
