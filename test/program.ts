import { fileURLToPath } from 'node:url'

/** What the tests from outside run: the server that `npm test` has built, or without one the sources, as `npm start` does. */
export const program = process.env.SKEIN_TEST_PROGRAM ?? fileURLToPath(new URL('../bin/skein.js', import.meta.url))

/** What runs from the sources in any case. */
export const sources = fileURLToPath(new URL('../bin/skein.js', import.meta.url))
