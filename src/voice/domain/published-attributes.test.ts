import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { parseTwiml } from '../../carriers/twiml-parser.ts'
import { readVoiceTwiml } from './read-verbs.ts'

/** Whatever the official client can write into the verbs and nouns that are served here, by the names of its own types. */
const around: Readonly<Record<string, (element: string) => string>> = {
  Say: (element) => element,
  Play: (element) => element,
  Pause: (element) => element,
  Gather: (element) => element,
  Dial: (element) => element,
  Number: (element) => `<Dial>${element}</Dial>`,
  Client: (element) => `<Dial>${element}</Dial>`,
  Sip: (element) => `<Dial>${element}</Dial>`,
  Redirect: (element) => element,
  Reject: (element) => element,
  Connect: (element) => element,
  ConversationRelay: (element) => `<Connect>${element}</Connect>`,
  Language: (element) => `<Connect><ConversationRelay url="wss://a.example">${element}</ConversationRelay></Connect>`,
  Parameter: (element) => `<Connect><ConversationRelay url="wss://a.example">${element}</ConversationRelay></Connect>`,
  Start: (element) => element,
  Transcription: (element) => `<Start>${element}</Start>`,
}

const types = await readFile(createRequire(import.meta.url).resolve('twilio/lib/twiml/VoiceResponse.d.ts'), 'utf8')

for (const [name, within] of Object.entries(around)) {
  test(`every published attribute of <${name}> is obeyed, or named in a warning of its own`, () => {
    const attributes = publishedAttributes(name)
    assert.ok(attributes.length > 0, 'the official client has a type for it')
    for (const attribute of attributes) {
      const twiml = `<Response>${within(`<${name} ${attribute}="1"/>`)}</Response>`
      const parsed = parseTwiml(twiml)
      assert.ok('response' in parsed)
      const { warnings } = readVoiceTwiml(parsed.response)
      const unknown = warnings.filter(({ message }) => message.includes('has no attribute'))
      assert.deepEqual(unknown, [], attribute)
    }
  })
}

function publishedAttributes(name: string): string[] {
  const declared = [...types.matchAll(new RegExp(`interface ${name}Attributes \\{(.*?)\\n    \\}`, 'gs'))]
  return [
    ...new Set(
      declared.flatMap(([, inside = '']) => [...inside.matchAll(/^\s+"?([\w:]+)"?\??:/gm)].map(([, one = '']) => one)),
    ),
  ]
}
