// Draws public/icons/*.png from public/icon.svg with Chromium: for the web app manifest and for iOS, which
// wants its icon without transparent corners. What it writes is committed; run it when the icon changed.
//
//   node scripts/icons.mjs
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { paletted } from './png.mjs';

const PUBLIC = join(dirname(fileURLToPath(import.meta.url)), '../public');
// A mask may leave only the inner four fifths: the icon's points lie within them.
const ICONS = [
  { name: '192', size: 192 },
  { name: '512', size: 512 },
  { name: 'maskable', size: 512, filled: true },
  { name: 'apple-touch', size: 180, filled: true },
];

const svg = await readFile(join(PUBLIC, 'icon.svg'), 'utf8');
const ground = svg.match(/<rect[^>]* fill="(#\w+)"/)[1];
await mkdir(join(PUBLIC, 'icons'), { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage();
for (const { name, size, filled } of ICONS) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<body style="margin:0;display:grid;background:${filled ? ground : 'transparent'}">${svg}</body>`);
  const png = await page.screenshot({ omitBackground: true });
  await writeFile(join(PUBLIC, 'icons', `${name}.png`), paletted(png));
}
await browser.close();
