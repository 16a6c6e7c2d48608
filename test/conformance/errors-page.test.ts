import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fastify } from 'fastify'
import { consoleRoutes } from '../../src/console/http/routes.ts'
import { diagnostics } from '../../src/conversations/domain/diagnostics.ts'
import { installErrorHandling } from '../../src/http/errors.ts'
import { Failure } from '../../src/kernel/failure.ts'

const root = join(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/errors.md'), 'utf8')
/** A heading is the code alone, so that it can be linked to by its number. */
const explained = [...page.matchAll(/^### (\d+)$/gm)].map(([, code]) => Number(code))
/** The last code that may be Skein's own, which is a bound and not a code. */
const lastOwn = 530_999

test('docs/errors.md explains every code that the source names, and no other', () => {
  assert.deepEqual(explained, [...new Set(explained)], 'each once')
  assert.deepEqual(explained.toSorted(), codesInSource())
})

test('docs/errors.md explains every diagnostic', () => {
  for (const { code } of Object.values(diagnostics)) assert.ok(explained.includes(code), `${code} is missing`)
})

test('every explanation begins with words: a number and a point would begin a list', () => {
  assert.deepEqual(page.match(/^\d+[.)] .*$/gm), null)
})

test('a refusal with a code of ours links to the page about it on this server, as the caller reaches that', async () => {
  const own = explained.filter((code) => code >= 530_900)
  assert.ok(own.length > 0)
  const app = fastify()
  installErrorHandling(app, 'https://skein.example.test')
  consoleRoutes(app)
  app.get<{ Params: { code: string } }>('/fail/:code', ({ params }) => {
    throw new Failure('invalid', 'x', { code: Number(params.code) })
  })
  for (const code of own) {
    const { more_info } = (await app.inject(`/fail/${code}`)).json<{ more_info: string }>()
    assert.equal(more_info, `https://skein.example.test/console/errors/${code}`)
    assert.equal((await app.inject(new URL(more_info).pathname)).statusCode, 200)
  }
})

function codesInSource(): number[] {
  const files = globSync('src/**/*.ts', { cwd: root, exclude: ['**/*.test.ts', '**/testing/**', '**/suite/**'] })
  const codes = files.flatMap((file) =>
    [
      ...readFileSync(join(root, file), 'utf8').matchAll(
        /(?<![\d_.#])(20[0-9]{3}|216\d\d|70001|95[34]\d\d|50[34]\d\d|520\d{3}|530\d{3})(?![\d_])/g,
      ),
    ].map(([code]) => Number(code)),
  )
  return [...new Set(codes)].filter((code) => code !== lastOwn).toSorted()
}
