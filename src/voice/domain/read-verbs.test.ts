import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTwiml } from '../../carriers/twiml-parser.ts'
import { readVoiceTwiml } from './read-verbs.ts'

function read(inside: string) {
  const parsed = parseTwiml(`<Response>${inside}</Response>`)
  assert.ok('response' in parsed, JSON.stringify(parsed))
  const { verbs, warnings } = readVoiceTwiml(parsed.response)
  return { verbs, warnings: warnings.map(({ message }) => message) }
}

function only(inside: string) {
  const { verbs, warnings } = read(inside)
  assert.deepEqual(warnings, [])
  assert.equal(verbs.length, 1)
  return verbs[0]
}

test('reads speech, sounds and silence', () => {
  const { verbs, warnings } = read(
    '<Say voice="alice" loop="2">Hello there</Say><Play digits="1w2"/><Play loop="0">https://a.example/x.mp3</Play><Pause length="3"/><Pause/>',
  )
  assert.deepEqual(warnings, [])
  assert.deepEqual(verbs, [
    { verb: 'Say', text: 'Hello there', times: 2 },
    { verb: 'Play', url: null, digits: '1w2', times: 1 },
    { verb: 'Play', url: 'https://a.example/x.mp3', digits: '', times: 1000 },
    { verb: 'Pause', seconds: 3 },
    { verb: 'Pause', seconds: 1 },
  ])
})

test('reads what gathers speech and keys, with its prompts', () => {
  assert.deepEqual(
    only(
      '<Gather input="speech dtmf" action="/g" method="GET" timeout="7" numDigits="4" finishOnKey="">' +
        '<Say>Say or press</Say></Gather>',
    ),
    {
      verb: 'Gather',
      speech: true,
      keys: true,
      timeoutSeconds: 7,
      numDigits: 4,
      finishOnKey: '',
      action: { url: '/g', method: 'GET' },
      actionOnEmptyResult: false,
      prompts: [{ verb: 'Say', text: 'Say or press', times: 1 }],
    },
  )
  const plain = only('<Gather/>')
  assert.ok(plain?.verb === 'Gather' && plain.keys && !plain.speech && plain.finishOnKey === '#')
})

test('reads whom to dial: a bare number, numbers, clients and SIP addresses', () => {
  const verb = only(
    '<Dial timeout="10" timeLimit="600" callerId="+15550001111" action="done">+15550002222' +
      '<Number url="/whisper">+15550003333</Number><Client>alice</Client>' +
      '<Client><Identity>bob</Identity><Parameter name="k" value="v"/></Client><Sip>sip:desk@pbx.example</Sip></Dial>',
  )
  assert.ok(verb?.verb === 'Dial')
  assert.deepEqual(
    verb.targets.map(({ noun, address }) => [noun, address]),
    [
      ['Number', '+15550002222'],
      ['Number', '+15550003333'],
      ['Client', 'client:alice'],
      ['Client', 'client:bob'],
      ['Sip', 'sip:desk@pbx.example'],
    ],
  )
  assert.deepEqual([verb.timeoutSeconds, verb.timeLimitSeconds, verb.callerId], [10, 600, '+15550001111'])
})

test('reads a relay session with all it may have', () => {
  const verb = only(
    '<Connect action="/after"><ConversationRelay url="wss://app.example/ws" conversationConfiguration="conv_configuration_1"' +
      ' conversationId="conv_conversation_2" welcomeGreeting="Hi" welcomeGreetingInterruptible="none" language="de-DE"' +
      ' ttsProvider="Google" voice="x" interruptible="true" reportInputDuringAgentSpeech="speech" preemptible="true"' +
      ' dtmfDetection="true" partialPrompts="true" interruptSensitivity="low" debug="speaker-events">' +
      '<Language code="fr-FR" voice="y"/><Language/><Parameter name="plan" value="gold"/><Parameter value="x"/>' +
      '</ConversationRelay></Connect>',
  )
  assert.deepEqual(verb, {
    verb: 'Connect',
    action: { url: '/after', method: 'POST' },
    relay: {
      url: 'wss://app.example/ws',
      conversationConfiguration: 'conv_configuration_1',
      conversationId: 'conv_conversation_2',
      welcomeGreeting: 'Hi',
      welcomeGreetingInterruptible: 'none',
      interruptible: 'any',
      reportInputDuringAgentSpeech: 'speech',
      preemptible: true,
      dtmfDetection: true,
      partialPrompts: true,
      language: 'de-DE',
      ttsLanguage: 'de-DE',
      transcriptionLanguage: 'de-DE',
      languages: ['fr-FR'],
      parameters: { plan: 'gold' },
    },
  })
  const muted = only('<Connect><ConversationRelay url="wss://a.example" interruptible="false"/></Connect>')
  assert.ok(muted?.verb === 'Connect' && muted.relay.interruptible === 'none')
})

test('reads the start and the stop of a transcription', () => {
  const start = only(
    '<Start><Transcription conversationId="conv_conversation_1" name="t" track="inbound_track" inboundTrackLabel="caller"' +
      ' statusCallbackUrl="/t" statusCallbackMethod="GET" partialResults="true" languageCode="en-GB"/></Start>',
  )
  assert.ok(start?.verb === 'Start')
  assert.equal(start.transcription.track, 'inbound_track')
  assert.deepEqual(start.transcription.statusCallback, { url: '/t', method: 'GET' })
  assert.equal(start.transcription.conversationConfiguration, null)
  assert.deepEqual(only('<Stop><Transcription name="t"/></Stop>'), { verb: 'Stop', name: 't' })
})

test('reads what leads away and what ends a call', () => {
  assert.deepEqual(read('<Redirect method="GET">/next</Redirect><Hangup/><Reject reason="busy"/><Reject/>').verbs, [
    { verb: 'Redirect', request: { url: '/next', method: 'GET' } },
    { verb: 'Hangup' },
    { verb: 'Reject', reason: 'busy' },
    { verb: 'Reject', reason: 'rejected' },
  ])
})

for (const [name, inside, warnings] of [
  ['a verb that every object has', '<constructor/>', ['<constructor> is no verb that a call can be told here']],
  ['an unknown verb', '<Dance/>', ['<Dance> is no verb that a call can be told here']],
  ['an unknown attribute', '<Say mood="kind">Hi</Say>', ['<Say> has no attribute mood']],
  ['a wrong case', '<Say Loop="2">Hi</Say>', ['<Say> has no attribute Loop; loop is meant']],
  [
    'the usual misspelling of the configuration',
    '<Connect><ConversationRelay url="wss://a.example" conversationConfigurationId="x"/></Connect>',
    [
      '<ConversationRelay> has no attribute conversationConfigurationId; the attribute is conversationConfiguration, so nothing is captured by this configuration',
    ],
  ],
  [
    'a number that is none',
    '<Pause length="long"/>',
    ['length of <Pause> must be a whole number from 0 to 86400; the default holds'],
  ],
  [
    'a word that is none',
    '<Reject reason="tired"/>',
    ['reason of <Reject> must be one of rejected, busy; the default holds'],
  ],
  ['a redirect to nowhere', '<Redirect/>', ['<Redirect> names no URL']],
  ['a dial to nobody', '<Dial/>', ['<Dial> names nobody to call']],
  ['empty targets', '<Dial><Number/><Client/></Dial>', ['<Dial> names nobody to call']],
  ['an empty connect', '<Connect/>', ['<Connect> has no <ConversationRelay> with a url']],
  [
    'a relay over http',
    '<Connect><ConversationRelay url="https://a.example"/></Connect>',
    ['url of <ConversationRelay> must begin with wss://', '<Connect> has no <ConversationRelay> with a url'],
  ],
  ['an empty start', '<Start/>', ['<Start> has no <Transcription>']],
  ['an empty stop', '<Stop/>', ['<Stop> has no <Transcription>']],
  ['a noun in the wrong place', '<Gather><Dial/></Gather>', ['<Gather> has no use for <Dial>']],
  [
    'strangers in a relay',
    '<Connect><ConversationRelay url="ws://a.example"><Say>Hi</Say></ConversationRelay></Connect>',
    ['<ConversationRelay> has no use for <Say>'],
  ],
  [
    'strangers in a transcription',
    '<Start><Transcription><Say/></Transcription></Start>',
    ['<Transcription> has no use for <Say>'],
  ],
] as const) {
  test(`warns of ${name}`, () => assert.deepEqual(read(inside).warnings, warnings))
}
