import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTwiml } from '../../carriers/twiml-parser.ts'
import { readVoiceTwiml, whispering } from './read-verbs.ts'

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

const ofSound = (name: string, element: string) =>
  `${name} of <${element}> is of no effect, since text stands for speech here`

test('reads speech, sounds and silence', () => {
  const { verbs, warnings } = read(
    '<Say loop="2">Hello there</Say><Play digits="1w2"/><Play loop="0">https://a.example/x.mp3</Play><Pause length="3"/><Pause/>',
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
      bargeIn: true,
      speechTimeoutSeconds: null,
      maxSpeechSeconds: null,
      prompts: [{ verb: 'Say', text: 'Say or press', times: 1 }],
    },
  )
  const plain = only('<Gather/>')
  assert.ok(plain?.verb === 'Gather' && plain.keys && !plain.speech && plain.finishOnKey === '#')
  const patient = only('<Gather input="speech" bargeIn="false" speechTimeout="3" maxSpeechTime="20"/>')
  assert.ok(patient?.verb === 'Gather' && !patient.bargeIn && !patient.keys)
  assert.deepEqual([patient.speechTimeoutSeconds, patient.maxSpeechSeconds], [3, 20])
  const quick = only('<Gather speechTimeout="auto"/>')
  assert.ok(quick?.verb === 'Gather' && quick.speechTimeoutSeconds === null)
})

test('reads the words of speech with marks in it, in order', () => {
  const { verbs, warnings } = read('<Say>One <emphasis>two</emphasis> three <break time="1s"/>four</Say>')
  assert.deepEqual(verbs, [{ verb: 'Say', text: 'One two three four', times: 1 }])
  assert.deepEqual(warnings, [
    '<emphasis> of <Say> is of no effect, since text stands for speech here',
    '<break> of <Say> is of no effect, since text stands for speech here',
  ])
})

test('reads whom to dial: a bare number, numbers, clients and SIP addresses', () => {
  const verb = only(
    '<Dial timeout="10" timeLimit="600" callerId="+15550001111" action="done">+15550002222' +
      '<Number url="/whisper">+15550003333</Number><Client>alice</Client>' +
      '<Client><Identity>bob</Identity></Client><Sip>sip:desk@pbx.example</Sip></Dial>',
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
  assert.deepEqual(
    verb.targets.map(({ whisper }) => whisper),
    [null, { url: '/whisper', method: 'POST' }, null, null, null],
  )
})

test('reads how to dial, and what is told of those who are dialled', () => {
  const verb = only(
    '<Dial hangupOnStar="true" answerOnBridge="true" sequential="true">' +
      '<Number sendDigits="ww12#" statusCallback="/s" statusCallbackMethod="GET" statusCallbackEvent="ringing answered">+15550002222</Number>' +
      '<Sip url="/w" method="GET" statusCallback="/t">sip:desk@pbx.example</Sip></Dial>',
  )
  assert.ok(verb?.verb === 'Dial')
  assert.deepEqual(
    [verb.hangupOnStar, verb.answerOnBridge, verb.sequential, verb.timeLimitSeconds],
    [true, true, true, 14_400],
  )
  assert.deepEqual(verb.targets, [
    {
      noun: 'Number',
      address: '+15550002222',
      whisper: null,
      sendDigits: 'ww12#',
      statusCallback: { url: '/s', method: 'GET', events: ['ringing', 'answered'] },
    },
    {
      noun: 'Sip',
      address: 'sip:desk@pbx.example',
      whisper: { url: '/w', method: 'GET' },
      sendDigits: '',
      statusCallback: { url: '/t', method: 'POST', events: ['completed'] },
    },
  ])
})

test('keeps of a whispered document what a called party may be told alone', () => {
  const { verbs } = read('<Say>Press 1</Say><Gather/><Dial>+15550002222</Dial><Reject/><Hangup/>')
  const { verbs: kept, warnings } = whispering(verbs)
  assert.deepEqual(
    kept.map(({ verb }) => verb),
    ['Say', 'Gather', 'Hangup'],
  )
  assert.deepEqual(
    warnings.map(({ message }) => message),
    ['Dial', 'Reject'].map(
      (verb) => `<${verb}> has no place in a document that a called party hears before it is connected`,
    ),
  )
})

test('reads a relay session with all it may have', () => {
  const verb = only(
    '<Connect action="/after"><ConversationRelay url="wss://app.example/ws" conversationConfiguration="conv_configuration_1"' +
      ' conversationId="conv_conversation_2" welcomeGreeting="Hi" welcomeGreetingInterruptible="none" language="de-DE"' +
      ' interruptible="true" reportInputDuringAgentSpeech="speech" preemptible="true"' +
      ' dtmfDetection="true" partialPrompts="true" debug="speaker-events">' +
      '<Language code="fr-FR"/><Parameter name="plan" value="gold"/>' +
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
      debug: ['speaker-events'],
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
  ['what is about sound', '<Say voice="alice">Hi</Say>', [ofSound('voice', 'Say')]],
  [
    'what is about the sound of a relay',
    '<Connect><ConversationRelay url="ws://a.example" ttsProvider="Google"><Language code="fr-FR" voice="y"/><Language/><Parameter value="x"/></ConversationRelay></Connect>',
    [
      ofSound('ttsProvider', 'ConversationRelay'),
      ofSound('voice', 'Language'),
      '<Language> has no code',
      '<Parameter> has no name',
    ],
  ],
  [
    'what is not served',
    '<Dial record="true">+15550002222</Dial>',
    ['record of <Dial> is not served here and has no effect'],
  ],
  [
    'parameters of a client',
    '<Dial><Client><Identity>bob</Identity><Parameter name="k" value="v"/></Client></Dial>',
    ['<Parameter> of <Client> is not served here and has no effect'],
  ],
  [
    'words of a list that are none',
    '<Gather input="dtmf thought"/>',
    ['input of <Gather> must be of dtmf, speech; the others are passed over'],
  ],
  [
    'keys that are none',
    '<Dial><Number sendDigits="abc">+15550002222</Number></Dial>',
    ['sendDigits of <Number> must be up to 64 of 0 to 9, *, # and w; the default holds'],
  ],
  [
    'a finishing key that is none',
    '<Gather finishOnKey="stop"/>',
    ['finishOnKey of <Gather> must be one of 0 to 9, * and #, or empty'],
  ],
  ['a sound that is none', '<Play/>', ['<Play> names no sound and no digits']],
  [
    'more targets than are called',
    `<Dial>${'<Number>+15550002222</Number>'.repeat(11)}</Dial>`,
    ['<Dial> calls at most 10; the others are passed over'],
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
