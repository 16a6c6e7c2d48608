import { rmSync, writeFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { rolldown } from 'rolldown'

/**
 * Builds the server as a few files of JavaScript, which start in less than half the time that 700 files of TypeScript take. Into
 * `dist/server`, for the package, without the libraries, which npm installs beside it; or, with `--with-libraries`, into
 * `dist/complete` with all of them, which needs nothing but Node and the repository's other folders.
 */
const root = join(import.meta.dirname, '..')
const withLibraries = process.argv.includes('--with-libraries')
const folder = join(root, 'dist', withLibraries ? 'complete' : 'server')

/** The program and what runs on threads of its own, each a file whose name the others know. */
const input = {
  main: join(root, 'src/main.ts'),
  worker: join(root, 'src/intelligence/local/worker.ts'),
  'sqlite-checkpointer': join(root, 'src/store/sqlite-checkpointer.ts'),
}

rmSync(folder, { recursive: true, force: true })
const bundle = await rolldown({
  cwd: root,
  input,
  platform: 'node',
  external: withLibraries ? ['pg-native'] : (id) => !id.startsWith('.') && !isAbsolute(id),
})
// All in one folder, two levels below the root as the sources that read its files are.
await bundle.write({ dir: folder, format: 'esm', entryFileNames: '[name].js', sourcemap: true })
if (withLibraries) writeFileSync(join(folder, 'skein.js'), launcher())

/** Keeps what Node compiled, as `bin/skein.js` does. */
function launcher(): string {
  return [
    `import module from 'node:module'`,
    `import { join } from 'node:path'`,
    `module.enableCompileCache(join(import.meta.dirname, 'compiled'))`,
    `await import('./main.js')`,
    '',
  ].join('\n')
}
