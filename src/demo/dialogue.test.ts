import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cast } from './cast.ts'
import { parseDialogue } from './dialogue.ts'

const turn = { speaker: 'customer', text: 'Hello' }
const good = { id: 'd1', topic: 'Greeting', turns: [turn, { speaker: 'agent', text: 'Good morning' }] }

describe('a line of a dialogues file', () => {
  it('is read as a dialogue, without keys that are none of it', () => {
    const line = JSON.stringify({ ...good, source: 'x', turns: good.turns.map((one) => ({ ...one, at: 3 })) })
    assert.deepEqual(parseDialogue(line), good)
  })

  it('may be one of the demo’s own', () => {
    for (const dialogue of cast) assert.deepEqual(parseDialogue(JSON.stringify(dialogue)), dialogue)
    assert.equal(new Set(cast.map(({ id }) => id)).size, cast.length)
  })

  const table: [sentence: string, line: string, malformed: string][] = [
    ['cut off', '{"id": "d1"', 'is not JSON'],
    ['a list', '[]', 'is not a JSON object'],
    ['null', 'null', 'is not a JSON object'],
    ['without id', JSON.stringify({ ...good, id: undefined }), 'id must be a text that is not empty'],
    ['with a number as id', JSON.stringify({ ...good, id: 7 }), 'id must be a text that is not empty'],
    ['without topic', JSON.stringify({ ...good, topic: null }), 'topic must be a text'],
    ['without turns', JSON.stringify({ ...good, turns: undefined }), 'turns must be a list that is not empty'],
    ['with no turn', JSON.stringify({ ...good, turns: [] }), 'turns must be a list that is not empty'],
    ['with a turn that is none', JSON.stringify({ ...good, turns: [turn, 'Hi'] }), 'turns[1] must be an object'],
    [
      'with a third speaker',
      JSON.stringify({ ...good, turns: [turn, { ...turn, speaker: 'robot' }] }),
      'turns[1].speaker must be "customer" or "agent"',
    ],
    [
      'with an empty text',
      JSON.stringify({ ...good, turns: [{ ...turn, text: ' ' }] }),
      'turns[0].text must be a text that is not empty',
    ],
    [
      'with a text that no database holds',
      JSON.stringify({ ...good, turns: [{ ...turn, text: 'a\0b' }] }),
      'turns[0].text must not contain the NUL character',
    ],
  ]
  for (const [sentence, line, malformed] of table) {
    it(`is malformed when it is ${sentence}`, () => assert.deepEqual(parseDialogue(line), { malformed }))
  }
})
