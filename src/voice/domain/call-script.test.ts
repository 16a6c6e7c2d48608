import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTwiml } from '../../carriers/twiml-parser.ts'
import {
  bridged,
  type CallScript,
  type CallStep,
  cutOff,
  dialEnded,
  hear,
  newScript,
  obey,
  orchestrates,
  passTime,
  press,
  relayEnded,
  scriptDueAt,
} from './call-script.ts'
import { readVoiceTwiml } from './read-verbs.ts'

function verbsOf(inside: string) {
  const parsed = parseTwiml(`<Response>${inside}</Response>`)
  assert.ok('response' in parsed, JSON.stringify(parsed))
  return readVoiceTwiml(parsed.response).verbs
}

/** A call at 10 ms a character, told what to do by one document after the other. */
class Stage {
  script: CallScript
  told: string[] = []

  constructor(answered = false, atEnd?: CallScript['atEnd']) {
    this.script = newScript(10, answered, atEnd)
  }

  bridged(): this {
    return this.#keep(bridged(this.script))
  }

  #keep({ script, effects }: CallStep): this {
    this.script = script
    for (const effect of effects) this.told.push(tell(effect))
    return this
  }

  obey(inside: string, now = 0): this {
    return this.#keep(obey(this.script, { base: 'https://app.example/voice', verbs: verbsOf(inside) }, now))
  }

  pass(now: number): this {
    return this.#keep(passTime(this.script, now))
  }

  hear(text: string, now: number): this {
    return this.pass(now).#keep(hear(this.script, text, now))
  }

  press(digit: string, now: number): this {
    return this.pass(now).#keep(press(this.script, digit, now))
  }

  dialEnded(status: string, now: number): this {
    return this.#keep(dialEnded(this.script, { DialCallStatus: status }, now))
  }

  relayEnded(now: number): this {
    return this.#keep(relayEnded(this.script, { SessionStatus: 'ended' }, now))
  }

  cut(now: number): this {
    return this.pass(now).#keep(cutOff(this.script, now))
  }
}

function tell(effect: CallStep['effects'][number]): string {
  switch (effect.kind) {
    case 'SPOKE':
      return `SPOKE ${effect.at}: ${effect.text}`
    case 'FETCH':
      return `FETCH ${effect.request.method} ${effect.request.url} ${JSON.stringify(effect.parameters)}`
    case 'KEYS':
      return `KEYS ${effect.digits}`
    case 'STOP':
      return `STOP ${effect.name}`
    case 'HANG_UP':
      return `HANG_UP ${effect.status}`
    default:
      return effect.kind
  }
}

test('says, is silent, plays, and hangs up at the end of the document', () => {
  const stage = new Stage().obey('<Say loop="2">Hi</Say><Say/><Pause/><Play>x.mp3</Play><Play digits="1"/>')
  assert.equal(scriptDueAt(stage.script), 20)
  assert.deepEqual(stage.pass(60_000).told, ['ANSWER', 'SPOKE 0: Hi', 'SPOKE 20: Hi', 'KEYS 1', 'HANG_UP completed'])
  assert.equal(scriptDueAt(stage.script), null)
})

test('plays keys before a sound that has some', () => {
  assert.deepEqual(new Stage(true).obey('<Play digits="1">x.mp3</Play>').told, ['KEYS 1'])
})

test('does not answer a call that is rejected, and hangs up one that is answered already', () => {
  assert.deepEqual(new Stage().obey('<Reject/>').told, ['HANG_UP no-answer'])
  assert.deepEqual(new Stage().obey('<Reject reason="busy"/>').told, ['HANG_UP busy'])
  assert.deepEqual(new Stage(true).obey('<Reject/>').told, ['HANG_UP completed'])
  assert.deepEqual(new Stage().obey('<Hangup/>').told, ['ANSWER', 'HANG_UP completed'])
  assert.deepEqual(new Stage().obey('').told, ['ANSWER', 'HANG_UP completed'])
})

test('goes where it is sent, relative to the document', () => {
  assert.deepEqual(new Stage().obey('<Redirect method="GET">next?x=1</Redirect><Say>never</Say>').told, [
    'ANSWER',
    'FETCH GET https://app.example/next?x=1 {}',
  ])
  const nowhere = new Stage(true)
  nowhere.script = { ...nowhere.script, base: '' }
  const { effects } = obey(nowhere.script, { base: '', verbs: verbsOf('<Redirect>next</Redirect>') }, 0)
  assert.equal(effects[0]?.kind === 'FETCH' && effects[0].request.url, 'next')
})

test('starts and stops transcriptions at once', () => {
  const stage = new Stage(true).obey(
    '<Start><Transcription name="t"/></Start><Stop><Transcription name="t"/></Stop><Stop><Transcription/></Stop>',
  )
  assert.deepEqual(stage.told, ['START', 'STOP t', 'STOP null', 'HANG_UP completed'])
})

test('dials, and goes on or asks what to do when that is over', () => {
  assert.deepEqual(new Stage(true).obey('<Dial/>').told, ['HANG_UP completed'])
  const plain = new Stage(true).obey('<Dial>+15550002222</Dial><Say>Bye</Say>').dialEnded('completed', 100)
  assert.deepEqual(plain.pass(1000).told, ['DIAL', 'SPOKE 100: Bye', 'HANG_UP completed'])
  const asked = new Stage(true).obey('<Dial action="/done">+15550002222</Dial>').dialEnded('busy', 100)
  assert.equal(asked.told[1], 'FETCH POST https://app.example/done {"DialCallStatus":"busy"}')
  assert.deepEqual(asked.dialEnded('busy', 100).told.length, 2)
})

test('answers a call that waits for a bridge when somebody is connected, or when it goes on without', () => {
  const inside = '<Dial answerOnBridge="true">+15550002222</Dial><Say>Sorry</Say>'
  assert.deepEqual(new Stage().obey(inside).told, ['DIAL'])
  assert.deepEqual(new Stage().obey(inside).bridged().bridged().told, ['DIAL', 'ANSWER'])
  assert.deepEqual(new Stage().obey(inside).dialEnded('no-answer', 5).told, ['DIAL', 'ANSWER'])
})

test('a document that a called party hears ends in connecting it, or in hanging up', () => {
  assert.deepEqual(new Stage(true, 'BRIDGE').obey('<Say>Hi</Say>').pass(1000).told, ['SPOKE 0: Hi', 'BRIDGE'])
  assert.deepEqual(new Stage(true, 'BRIDGE').obey('<Hangup/>').told, ['HANG_UP completed'])
})

test('connects to a relay, and goes on or asks what to do when that is over', () => {
  const relay = '<ConversationRelay url="wss://app.example"/>'
  const stage = new Stage(true).obey(`<Connect action="/after">${relay}</Connect>`).relayEnded(5)
  assert.deepEqual(stage.told, ['RELAY', 'FETCH POST https://app.example/after {"SessionStatus":"ended"}'])
  assert.deepEqual(stage.relayEnded(5).told.length, 2)
  assert.deepEqual(new Stage(true).obey(`<Connect>${relay}</Connect>`).relayEnded(5).told, [
    'RELAY',
    'HANG_UP completed',
  ])
})

test('a new document takes the place of what goes on, and keeps what was said of it', () => {
  const stage = new Stage(true).obey('<Say>One two three</Say>').obey('<Pause/>', 80)
  assert.deepEqual(stage.told, ['SPOKE 0: One two'])
  const gathering = new Stage(true).obey('<Gather><Say>One two three</Say></Gather>').obey('<Pause/>', 80)
  assert.deepEqual(gathering.told, ['SPOKE 0: One two'])
})

test('keeps what was said of a call that is cut off', () => {
  assert.deepEqual(new Stage(true).obey('<Say>One two three</Say>').cut(75).told, ['SPOKE 0: One two'])
  assert.deepEqual(new Stage(true).obey('<Dial>+15550002222</Dial>').cut(75).told, ['DIAL'])
})

test('gathers keys until there are enough, the finishing key comes, or patience ends', () => {
  const four = new Stage(true).obey('<Gather numDigits="2" action="/g"/>').press('1', 0).press('2', 4000)
  assert.deepEqual(four.told, ['FETCH POST https://app.example/g {"Digits":"12"}'])
  const finished = new Stage(true).obey('<Gather action="/g"/>').press('7', 0).press('#', 100)
  assert.deepEqual(finished.told, ['FETCH POST https://app.example/g {"Digits":"7"}'])
  const waited = new Stage(true).obey('<Gather action="/g" timeout="3"/>').press('7', 2000).pass(4999)
  assert.deepEqual(waited.told, [])
  assert.deepEqual(waited.pass(5000).told, ['FETCH POST https://app.example/g {"Digits":"7"}'])
})

test('gathers speech, which cuts the prompts', () => {
  const stage = new Stage(true).obey(
    '<Gather input="speech dtmf" action="/g"><Say loop="2">Who are you</Say><Pause/></Gather>',
  )
  stage
    .hear('Kiran', 30 + 110)
    .hear('ignored', 150)
    .press('1', 150)
    .pass(1000)
  assert.deepEqual(stage.told.slice(0, 2), ['SPOKE 0: Who are you', 'SPOKE 110: Who'])
  assert.equal(stage.told[2], 'FETCH POST https://app.example/g {"Digits":"1"}')
  const spoken = new Stage(true).obey('<Gather input="speech" action="/g"/>').hear('Kiran', 0).press('1', 10).pass(50)
  assert.deepEqual(spoken.told, ['FETCH POST https://app.example/g {"SpeechResult":"Kiran","Confidence":"1.0"}'])
})

test('goes on when nothing is gathered, unless the action wants to know', () => {
  const stage = new Stage(true).obey(
    '<Gather timeout="1"><Say>Hm</Say><Play>x</Play><Play digits="1"/><Pause length="0"/></Gather><Say>Bye</Say>',
  )
  stage.hear('words', 10)
  assert.deepEqual(stage.pass(10_000).told, ['SPOKE 0: Hm', 'SPOKE 4020: Bye', 'HANG_UP completed'])
  const asked = new Stage(true).obey('<Gather timeout="1" actionOnEmptyResult="true"/>').pass(1000)
  assert.deepEqual(asked.told, ['FETCH POST https://app.example/voice {"Digits":""}'])
})

test('says prompts to their end where input is not to cut them', () => {
  const gather = '<Gather input="speech dtmf" bargeIn="false" numDigits="2" action="/g"><Say>One two</Say></Gather>'
  const keys = new Stage(true).obey(gather).press('1', 10).press('2', 20).press('3', 30)
  assert.deepEqual(keys.pass(1000).told, ['SPOKE 0: One two', 'FETCH POST https://app.example/g {"Digits":"12"}'])
  const words = new Stage(true).obey(gather).hear('Yes', 10).pass(60)
  assert.deepEqual(words.told, [])
  assert.match(words.pass(70).told[1] ?? '', /"SpeechResult":"Yes"/)
  const late = new Stage(true).obey(gather).hear('Yes, please', 10).pass(70)
  assert.deepEqual(late.told, ['SPOKE 0: One two'])
  assert.match(late.pass(120).told[1] ?? '', /"SpeechResult":"Yes, please"/)
  const slow = new Stage(true).obey(gather).press('1', 10).pass(5070)
  assert.deepEqual(slow.told, ['SPOKE 0: One two', 'FETCH POST https://app.example/g {"Digits":"1"}'])
})

test('listens on for as long as it is told to, and for no longer than it may', () => {
  const on = new Stage(true).obey('<Gather input="speech" speechTimeout="2" action="/g"/>')
  on.hear('Two', 0).hear('flat whites', 1000).pass(3109)
  assert.deepEqual(on.told, [])
  assert.match(on.pass(3110).told[0] ?? '', /"SpeechResult":"Two flat whites"/)
  const cut = new Stage(true).obey('<Gather input="speech" maxSpeechTime="1" action="/g"/>')
  cut.hear(`Yes ${'and '.repeat(50)}no`, 0).pass(1000)
  assert.ok(cut.told[0]?.includes('Yes and') && !cut.told[0].includes('no'))
})

test('takes no notice of speech and keys where nothing gathers them', () => {
  assert.deepEqual(new Stage(true).obey('<Pause/>').hear('Hello', 0).press('1', 0).told, [])
})

test('knows documents that orchestrate the call themselves', () => {
  assert.ok(orchestrates(verbsOf('<Start><Transcription conversationId="x"/></Start>')))
  assert.ok(
    orchestrates(
      verbsOf('<Connect><ConversationRelay url="wss://a.example" conversationConfiguration="x"/></Connect>'),
    ),
  )
  assert.ok(!orchestrates(verbsOf('<Say>Hi</Say><Start><Transcription/></Start>')))
})
