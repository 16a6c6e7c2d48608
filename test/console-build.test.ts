import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'

const folder = join(import.meta.dirname, '..', 'web', 'dist')
const firstLoadLimit = 300_000

interface Chunk {
  file: string
  isEntry?: boolean
  css?: string[]
  imports?: string[]
}

const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Record<string, Chunk>

/** The files without which no view is shown: the entry and what it imports. */
function firstFiles(name: string, seen = new Set<string>()): Set<string> {
  const chunk = manifest[name]
  if (!chunk || seen.has(chunk.file)) return seen
  for (const file of [chunk.file, ...(chunk.css ?? [])]) seen.add(file)
  for (const imported of chunk.imports ?? []) firstFiles(imported, seen)
  return seen
}

describe('the built console', () => {
  const entry = Object.keys(manifest).find((name) => manifest[name]?.isEntry) ?? ''
  const files = [...firstFiles(entry)]

  it('is less than 300 kB, compressed, on its first load', () => {
    assert.ok(files.length >= 2, 'a script and a style')
    const sizes = files.map((file) => statSync(join(folder, `${file}.gz`)).size)
    const total = sizes.reduce((sum, size) => sum + size, 0)
    assert.ok(total < firstLoadLimit, `${total} bytes`)
  })

  it('names no other server', () => {
    const page = readFileSync(join(folder, 'index.html'), 'utf8')
    assert.doesNotMatch(page, /https?:\/\//)
    for (const [, path = ''] of page.matchAll(/(?:src|href)="([^"]+)"/g))
      assert.ok(path.startsWith('/console/assets/'), path)
  })
})

describe('the pictures of the console', () => {
  const docs = join(import.meta.dirname, '..', 'docs')
  const shown = [...readFileSync(join(docs, 'console.md'), 'utf8').matchAll(/\(console\/([^)]+)\)/g)].map(
    ([, name]) => name,
  )

  it('are all shown, and weigh little', () => {
    const pictures = readdirSync(join(docs, 'console'))
    assert.deepEqual(pictures.toSorted(), shown.toSorted())
    const bytes = pictures.reduce((sum, name) => sum + statSync(join(docs, 'console', name)).size, 0)
    assert.ok(bytes < 2_500_000, `${bytes} bytes`)
  })
})
