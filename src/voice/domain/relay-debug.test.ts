import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withDebug } from './relay-debug.ts'
import { hearSpeech, openRelay, passTime } from './relay-session.ts'
import { type Relay, type RelayDebug, relayDebugs } from './verbs.ts'

const relay: Relay = {
  url: 'wss://app.example',
  conversationConfiguration: null,
  conversationId: null,
  welcomeGreeting: 'Hello.',
  welcomeGreetingInterruptible: 'any',
  interruptible: 'any',
  reportInputDuringAgentSpeech: 'none',
  preemptible: false,
  dtmfDetection: false,
  partialPrompts: false,
  debug: [],
  language: 'en-US',
  ttsLanguage: 'en-US',
  transcriptionLanguage: 'en-US',
  languages: [],
  parameters: {},
}

function told(debug: readonly RelayDebug[]): string[] {
  const before = openRelay({ ...relay, debug: [...debug] }, 10, 0)
  const greeted = withDebug(before, passTime(before, 60))
  const heard = withDebug(greeted.session, hearSpeech(greeted.session, 'Hi', 70))
  const over = withDebug(heard.session, passTime(heard.session, 90))
  return [greeted, heard, over].flatMap(({ outputs }) =>
    outputs.flatMap((one) =>
      one.kind === 'FRAME' && one.frame.type === 'info' ? [`${one.frame.name} ${one.frame.value}`] : [],
    ),
  )
}

for (const [name, debug, expected] of [
  ['nothing that was not asked for', [], []],
  [
    'who begins and ceases to speak',
    ['speaker-events'],
    ['agentSpeaking off', 'clientSpeaking on', 'clientSpeaking off'],
  ],
  ['what has been spoken', ['tokens-played'], ['tokensPlayed Hello.']],
  ['both', relayDebugs, ['tokensPlayed Hello.', 'agentSpeaking off', 'clientSpeaking on', 'clientSpeaking off']],
] as const) {
  test(`tells the application ${name}`, () => assert.deepEqual(told(debug), expected))
}
