import type { Locator, Page } from 'playwright-core';

/** Drags one thing onto the middle of another with the mouse, with Shift held: so the editor lets pages have what is dropped. */
export async function dropWithShift(page: Page, thing: Locator, onto: Locator): Promise<void> {
  const [from, to] = [await thing.boundingBox(), await onto.boundingBox()];
  if (from === null || to === null) throw new Error('What is dragged, or onto what, is not in sight');
  const { mouse, keyboard } = page;
  await mouse.move(from.x + 30, from.y + from.height / 2);
  await mouse.down();
  await mouse.move(from.x + 60, from.y + from.height, { steps: 4 });
  await keyboard.down('Shift');
  const [x, y] = [to.x + to.width / 2, to.y + to.height / 2];
  // Several moves above it: it hears of them only after the editor has heard of one.
  await mouse.move(x, y, { steps: 12 });
  await mouse.move(x + 20, y, { steps: 4 });
  await mouse.up();
  await keyboard.up('Shift');
}
