import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { maxLineBytes, readDialogues, UnreadableFile } from './dialogue-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'skein-dialogues-'))
after(() => rmSync(folder, { recursive: true }))

const line = (id: string) => JSON.stringify({ id, topic: 't', turns: [{ speaker: 'customer', text: 'Grüß Gott' }] })

async function read(content: string | Buffer, max = 100) {
  const path = join(folder, 'dialogues.jsonl')
  writeFileSync(path, content)
  const complaints: string[] = []
  const { dialogues, ...rest } = await readDialogues(path, { max, report: (complaint) => complaints.push(complaint) })
  return { ids: dialogues.map(({ id }) => id), ...rest, complaints }
}

describe('a dialogues file', () => {
  const table: [sentence: string, content: string, ids: string[]][] = [
    ['with a line for each dialogue', `${line('a')}\n${line('b')}\n`, ['a', 'b']],
    ['without an end of the last line', `${line('a')}\n${line('b')}`, ['a', 'b']],
    ['with lines that end as on Windows', `${line('a')}\r\n${line('b')}\r\n`, ['a', 'b']],
    ['that begins with a byte order mark', `\uFEFF${line('a')}\n`, ['a']],
    ['with blank lines', `\n${line('a')}\n  \n\n${line('b')}\n\n`, ['a', 'b']],
    ['that is empty', '', []],
  ]
  for (const [sentence, content, ids] of table) {
    it(`${sentence} is read without complaint`, async () => {
      assert.deepEqual(await read(content), { ids, found: ids.length, malformedLines: 0, complaints: [] })
    })
  }

  it('is read past malformed lines, which are told with their numbers', async () => {
    const content = Buffer.concat([
      Buffer.from(`${line('a')}\nnonsense\n\n{}\n`),
      Buffer.from([0xff, 0x0a]),
      Buffer.from(`${line('b')}\n`),
    ])
    assert.deepEqual(await read(content), {
      ids: ['a', 'b'],
      found: 2,
      malformedLines: 3,
      complaints: ['line 2: is not JSON', 'line 4: id must be a text that is not empty', 'line 5: is not UTF-8'],
    })
  })

  it('is read past a huge line', async () => {
    const huge = 'x'.repeat(maxLineBytes * 3)
    assert.deepEqual(await read(`${line('a')}\n${huge}\n${line('b')}\n`), {
      ids: ['a', 'b'],
      found: 2,
      malformedLines: 1,
      complaints: [`line 2: is ${maxLineBytes * 3} bytes long, and ${maxLineBytes} are the most`],
    })
  })

  it('gives as many dialogues as are wanted, and is looked through to its end', async () => {
    assert.deepEqual(await read(`${line('a')}\n${line('b')}\n${line('c')}\n?\n`, 2), {
      ids: ['a', 'b'],
      found: 3,
      malformedLines: 1,
      complaints: ['line 4: is not JSON'],
    })
  })

  it('that is something else does not fill the screen', async () => {
    const { malformedLines, complaints } = await read('?\n'.repeat(1000))
    assert.equal(malformedLines, 1000)
    assert.equal(complaints.length, 21)
    assert.equal(complaints.at(-1), 'and 980 malformed lines more')
  })

  for (const [path, message] of [
    [join(folder, 'nowhere.jsonl'), /there is no such file/],
    [folder, /it is a folder/],
  ] as const) {
    it(`is unreadable in one line: ${message.source}`, async () => {
      const reading = readDialogues(path, { max: 1, report: () => {} })
      await assert.rejects(
        reading,
        (error) => error instanceof UnreadableFile && message.test(error.message) && !error.message.includes('\n'),
      )
    })
  }
})
