import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const HERE = dirname(fileURLToPath(import.meta.url));
export const ROOT = resolve(HERE, '../..');

/** The data sets that lie beside the checkout. */
export const sharedData = () => resolve(process.env.HA_SHARED_DATA ?? join(ROOT, '../shared/data'));
