/** Draws the icons: writes media/icon.svg and media/activity.svg, and renders the PNGs in Chromium (CHROMIUM_PATH): node scripts/icons.ts */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const media = join(import.meta.dirname, '..', 'media');

/** A sparse mask: of nine entries these three may train. */
const mask = ['..#', '#..', '.#.'].map((row) => Array.from(row, (cell) => cell === '#'));

interface Dots {
  /** Centre of the first dot, distance to the next. */
  readonly first: number;
  readonly pitch: number;
  readonly draw: (x: number, y: number, lit: boolean) => string;
}

function dots({ first, pitch, draw }: Dots): string {
  return mask
    .flatMap((row, r) => row.map((lit, c) => `  ${draw(first + c * pitch, first + r * pitch, lit)}\n`))
    .join('');
}

function svg(size: number, content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 ${size} ${size}">\n${content}</svg>\n`;
}

const tile = '  <rect width="256" height="256" rx="56" fill="#26335c" />\n';
const icon = svg(
  256,
  tile +
    dots({
      first: 64,
      pitch: 64,
      draw: (x, y, lit) =>
        lit
          ? `<circle cx="${x}" cy="${y}" r="30" fill="#ffb347" />`
          : `<circle cx="${x}" cy="${y}" r="13" fill="#8797c8" />`,
    }),
);
// The editor takes its colour from the theme; only shapes count.
const activity = svg(
  24,
  dots({
    first: 4.5,
    pitch: 7.5,
    draw: (x, y, lit) => `<circle cx="${x}" cy="${y}" r="${lit ? 3.4 : 1.3}" fill="currentColor" />`,
  }),
);
writeFileSync(join(media, 'icon.svg'), icon);
writeFileSync(join(media, 'activity.svg'), activity);

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  for (const [name, size] of [
    ['icon.png', 256],
    ['icon-128.png', 128],
  ] as const) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    await page.setContent(
      `<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${icon}`,
    );
    await page.screenshot({ path: join(media, name), omitBackground: true });
    await page.close();
  }
} finally {
  await browser.close();
}
