import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Line, linesOf } from './lines.ts'

async function linesIn(chunks: string[], maxBytes = 100): Promise<Line[]> {
  const lines: Line[] = []
  for await (const line of linesOf(bytesOf(chunks), maxBytes)) lines.push(line)
  return lines
}

async function* bytesOf(chunks: string[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield Buffer.from(chunk)
}

describe('lines of a stream', () => {
  it('are the same however the stream is cut into chunks', async () => {
    const chunk = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(fc.array(chunk), async (chunks) => {
        const expected = chunks.join('').split('\n')
        if (expected.at(-1) === '') expected.pop()
        const lines = await linesIn(chunks)
        assert.deepEqual(
          lines.map(({ bytes }) => bytes?.toString()),
          expected,
        )
        assert.deepEqual(
          lines.map(({ number }) => number),
          expected.map((_, place) => place + 1),
        )
      }),
    )
  })

  it('are measured but not kept when they are too long, and their neighbours are unharmed', async () => {
    const lines = await linesIn(['short\n', 'x'.repeat(6), 'x'.repeat(6), '\nafter', '\n', 'y'.repeat(11)], 10)
    assert.deepEqual(
      lines.map(({ number, length, bytes }) => [number, length, bytes?.toString()]),
      [
        [1, 5, 'short'],
        [2, 12, undefined],
        [3, 5, 'after'],
        [4, 11, undefined],
      ],
    )
  })

  it('may be as long as is allowed', async () => {
    const [line] = await linesIn(['x'.repeat(10)], 10)
    assert.equal(line?.bytes?.length, 10)
  })
})
