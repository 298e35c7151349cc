// Runs the browser tests one after the other and ends with "N passed, N failed".
//
//   node tests/browser/run.mjs              all
//   ONLY=views node tests/browser/run.mjs   those whose file, or else whose name, holds the text
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { run } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';

const folder = dirname(fileURLToPath(import.meta.url));
const only = process.env.ONLY?.toLowerCase() ?? '';
const all = readdirSync(folder).filter((name) => name.endsWith('.test.mjs')).sort().map((name) => join(folder, name));
const named = all.filter((file) => basename(file).includes(only));
const pattern = new RegExp(only.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'i');

let passed = 0;
let failed = 0;
const took = (data) => `${data.name} (${(data.details.duration_ms / 1000).toFixed(1)} s)`;

for await (const { type, data } of run({
  concurrency: 1,
  files: named.length > 0 ? named : all,
  testNamePatterns: named.length > 0 ? undefined : [pattern],
})) {
  if (type === 'test:stdout' || type === 'test:stderr') process.stdout.write(data.message);
  // A file is reported too. It counts where it fails by itself, as by a syntax error.
  else if (all.includes(data.name) && data.details?.error?.failureType !== 'testCodeFailure') continue;
  else if (type === 'test:pass' && data.skip === undefined) {
    passed += 1;
    console.log(`ok    ${took(data)}`);
  } else if (type === 'test:fail') {
    failed += 1;
    const error = data.details.error?.cause ?? data.details.error;
    console.log(`FAIL  ${took(data)}`);
    console.log(String(error?.stack ?? inspect(error)).replace(/^/gm, '        '));
  }
}
if (passed + failed === 0) {
  console.log(`The file or name of no test holds "${only}".`);
  failed = 1;
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
