// Takes trunk's inline script, which starts the page's module, out of a built index.html: its policy
// allows none. scripts/split-page.sh has the module start itself, so that the page only names it.
//
//   node scripts/place-loader.mjs FOLDER
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const file = join(process.argv[2], 'index.html');
const html = readFileSync(file, 'utf8');
const INLINE = /<script type="?module"?>([^]*?)<\/script>/g;
const found = [...html.matchAll(INLINE)];
const module = found[0]?.[1].match(/from ['"](\.\/app-[^'"]+\.js)['"]/)?.[1];
if (found.length !== 1 || !module) throw new Error(`${file}: ${found.length} inline scripts where trunk's was expected`);
const placed = html.replace(INLINE, `<script type="module" src="${module}"></script>`);
// What a visitor's browser would refuse, the build refuses.
const refused = placed.match(/<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle=|\son\w+=/i);
if (refused) throw new Error(`${file}: "${refused[0]}" is against the page's policy`);
// A script that the parser waits for comes last in the head: where a page has a policy, browsers fetch nothing
// ahead of the parser, and the module with its preloads would be asked for only after it.
const BEGIN = /<script src="?\.\/begin-[^>]+><\/script>/;
const begin = placed.match(BEGIN)?.[0];
if (!begin || !placed.includes('</head>')) throw new Error(`${file}: there is no begin.js to place`);
writeFileSync(file, placed.replace(BEGIN, '').replace('</head>', `${begin}</head>`));
