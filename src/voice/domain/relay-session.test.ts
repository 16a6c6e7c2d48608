import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ApplicationFrame } from './frames.ts'
import {
  closeRelay,
  hearSpeech,
  openRelay,
  passTime,
  pressKey,
  type RelayOutput,
  type RelaySession,
  relayDueAt,
  takeFrame,
} from './relay-session.ts'
import type { Relay } from './verbs.ts'

const plain: Relay = {
  url: 'wss://app.example',
  conversationConfiguration: null,
  conversationId: null,
  welcomeGreeting: null,
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

/** A session at 10 ms a character, played line by line. */
class Stage {
  session: RelaySession
  outputs: RelayOutput[] = []

  constructor(relay: Partial<Relay> = {}) {
    this.session = openRelay({ ...plain, ...relay }, 10, 0)
  }

  #keep({ session, outputs }: { session: RelaySession; outputs: RelayOutput[] }): this {
    this.session = session
    this.outputs.push(...outputs)
    return this
  }

  pass(now: number): this {
    return this.#keep(passTime(this.session, now))
  }

  frame(frame: ApplicationFrame, now: number): this {
    return this.pass(now).#keep(takeFrame(this.session, frame, now))
  }

  say(token: string, now: number, more: object = {}): this {
    return this.frame({ type: 'text', token, last: true, ...more }, now)
  }

  hear(text: string, now: number): this {
    return this.pass(now).#keep(hearSpeech(this.session, text, now))
  }

  press(digit: string, now: number): this {
    return this.pass(now).#keep(pressKey(this.session, digit, now))
  }

  close(now: number): this {
    this.pass(now).outputs.push(...closeRelay(this.session, now))
    return this
  }

  get told(): string[] {
    return this.outputs.map((output) => {
      if (output.kind !== 'FRAME')
        return `${output.kind} ${'text' in output ? `${output.at}: ${output.text}` : ''}`.trim()
      const { type, ...fields } = output.frame
      return `${type} ${Object.values(fields).join(' | ')}`
    })
  }
}

test('speaks the greeting in fragments, each when its time has passed', () => {
  const stage = new Stage({ welcomeGreeting: 'Hello. I listen.' })
  assert.deepEqual(stage.pass(59).told, [])
  assert.deepEqual(stage.pass(60).told, ['SPOKE 0: Hello.'])
  assert.deepEqual(stage.pass(1000).told, ['SPOKE 0: Hello.', 'SPOKE 60: I listen.'])
})

test('tells the application what the caller said when it has been said', () => {
  const stage = new Stage().hear('My parcel is late', 100)
  assert.equal(relayDueAt(stage.session), 270)
  assert.deepEqual(stage.pass(270).told, ['HEARD 100: My parcel is late', 'prompt My parcel is late | en-US | true'])
})

test('hears a caller who goes on speaking in order', () => {
  const stage = new Stage().hear('One', 0).hear('Two', 10).pass(60)
  assert.deepEqual(stage.told, [
    'HEARD 0: One',
    'prompt One | en-US | true',
    'HEARD 30: Two',
    'prompt Two | en-US | true',
  ])
})

test('speaks streamed tokens as soon as a sentence is whole', () => {
  const stage = new Stage()
  for (const token of ['I ', 'see. ', 'Let me']) stage.frame({ type: 'text', token, last: false }, 0)
  stage.frame({ type: 'text', token: ' look', last: false }, 0).say('', 0).pass(10_000)
  assert.deepEqual(stage.told, ['SPOKE 0: I see.', 'SPOKE 60: Let me look'])
})

test('stops when the caller speaks, keeps what was spoken and says so', () => {
  const stage = new Stage().say('One two. Three four five. Six.', 0)
  stage.hear('Stop', 80 + 90).pass(10_000)
  assert.deepEqual(stage.told, [
    'SPOKE 0: One two.',
    'SPOKE 80: Three',
    'interrupt One two. Three | 170',
    'HEARD 170: Stop',
    'prompt Stop | en-US | true',
  ])
})

test('speaks a new turn after an interruption', () => {
  const stage = new Stage().frame({ type: 'text', token: 'One two. Thr', last: false }, 0).hear('No', 35)
  stage.say('', 50).say('Well.', 60).pass(1000)
  assert.deepEqual(stage.told.slice(0, 2), ['SPOKE 0: One', 'interrupt One | 35'])
  assert.deepEqual(stage.told.at(-1), 'SPOKE 60: Well.')
})

test('is not interrupted by speech where that is not wanted, and tells only if asked', () => {
  const silent = new Stage({ interruptible: 'none' }).say('A long story.', 0).hear('Hm', 10).pass(1000)
  assert.deepEqual(silent.told, ['SPOKE 0: A long story.'])
  const reported = new Stage({ interruptible: 'dtmf', reportInputDuringAgentSpeech: 'any' })
  reported.say('A long story.', 0).hear('Hm', 10).pass(1000)
  assert.deepEqual(reported.told, ['HEARD 10: Hm', 'prompt Hm | en-US | true | true', 'SPOKE 0: A long story.'])
  const once = new Stage().say('A long story.', 0, { interruptible: false }).hear('Hm', 10).pass(1000)
  assert.deepEqual(once.told, ['SPOKE 0: A long story.'])
  const after = new Stage({ interruptible: 'none' }).say('Yes.', 0, { interruptible: true }).hear('Hm', 10).pass(1000)
  assert.equal(after.told[0], 'interrupt  | 10')
})

test('tells keys where they are asked for, and lets them interrupt', () => {
  assert.deepEqual(new Stage().press('1', 0).told, [])
  assert.deepEqual(new Stage({ dtmfDetection: true }).press('1', 0).told, ['dtmf 1'])
  const cut = new Stage({ dtmfDetection: true, interruptible: 'dtmf' }).say('One two three', 0).press('#', 80)
  assert.deepEqual(cut.told, ['SPOKE 0: One two', 'interrupt One two | 80', 'dtmf #'])
  assert.deepEqual(new Stage({ dtmfDetection: true, interruptible: 'speech' }).say('One', 0).press('#', 8).told, [])
})

test('sends a partial prompt half-way where asked', () => {
  const stage = new Stage({ partialPrompts: true }).hear('I would like to know', 0).hear('Yes', 0).pass(1000)
  assert.deepEqual(stage.told.slice(0, 2), ['prompt I would | en-US | false', 'HEARD 0: I would like to know'])
  assert.equal(stage.told.length, 5)
})

test('plays sounds in their turn, without words', () => {
  const stage = new Stage().say('One.', 0).frame({ type: 'play', source: 'x', loop: 2 }, 0).say('Two.', 0)
  assert.equal(relayDueAt(stage.pass(100).session), 6040)
  stage.hear('Hey', 3040)
  assert.deepEqual(stage.told, ['SPOKE 0: One.', 'interrupt  | 3000'])
})

test('lets new text cut what is preemptible, of an earlier turn', () => {
  const stage = new Stage({ preemptible: true }).say('Still thinking about it', 0)
  stage.frame({ type: 'text', token: 'Done. ', last: false }, 60).frame({ type: 'text', token: 'Bye.', last: true }, 60)
  assert.deepEqual(stage.pass(1000).told, ['SPOKE 0: Still', 'SPOKE 60: Done.', 'SPOKE 110: Bye.'])
  const sound = new Stage({ preemptible: true }).say('Hm.', 0).frame({ type: 'play', source: 'x', loop: 1 }, 0)
  assert.deepEqual(sound.say('Go.', 1000).pass(9000).told, ['SPOKE 3000: Go.'])
})

test('switches languages and passes keys on', () => {
  const stage = new Stage().frame({ type: 'language', transcriptionLanguage: 'de-DE' }, 0)
  stage.frame({ type: 'language', ttsLanguage: 'fr-FR' }, 0).frame({ type: 'sendDigits', digits: '1#' }, 0)
  stage.hear('Ja', 0).pass(100)
  assert.deepEqual(stage.told, ['KEYS', 'HEARD 0: Ja', 'prompt Ja | de-DE | true'])
  assert.equal(stage.session.ttsLanguage, 'fr-FR')
})

test('ends when the application says so and its last words have been spoken', () => {
  const stage = new Stage()
    .frame({ type: 'text', token: 'Bye', last: false }, 0)
    .frame({ type: 'end', handoffData: '{}' }, 0)
  assert.deepEqual(stage.say('ignored', 10).pass(29).told, [])
  assert.deepEqual(stage.pass(30).told, ['SPOKE 0: Bye', 'ENDED'])
  assert.equal(relayDueAt(stage.session), null)
  assert.deepEqual(new Stage().frame({ type: 'end' }, 0).told, ['ENDED'])
})

test('keeps what both sides have said so far when it is cut off', () => {
  const stage = new Stage({ interruptible: 'none', reportInputDuringAgentSpeech: 'speech' }).say('One two three', 0)
  assert.deepEqual(stage.hear('Four five six', 10).close(90).told, ['SPOKE 0: One two', 'HEARD 10: Four'])
  assert.deepEqual(new Stage().close(0).told, [])
  assert.deepEqual(new Stage({ interruptible: 'none' }).say('One two', 0).hear('Three', 0).close(30).told, [
    'SPOKE 0: One',
  ])
})

test('refuses to queue speech without end', () => {
  const stage = new Stage().say('A.\n'.repeat(1000), 0).say('More.', 0)
  assert.match(stage.told[0] ?? '', /^error More than 1000 fragments/)
  assert.equal(stage.session.playing.length, 1000)
})

test('says every word once, in order, whatever happens', () => {
  const happening = fc.oneof(
    fc.record({ say: fc.constantFrom('One two. ', 'three', 'four five six', '. '), last: fc.boolean() }),
    fc.record({ hear: fc.constantFrom('Yes', 'No thank you') }),
    fc.record({ wait: fc.integer({ min: 0, max: 300 }) }),
  )
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 30 }), fc.boolean(), (happenings, interruptible) => {
      const stage = new Stage({ interruptible: interruptible ? 'any' : 'none' })
      let now = 0
      let words = ''
      for (const one of happenings) {
        if ('say' in one) {
          stage.frame({ type: 'text', token: one.say, last: one.last }, now)
          words += one.say + (one.last ? ' ' : '')
        } else if ('hear' in one) stage.hear(one.hear, now)
        else now += one.wait
      }
      stage
        .pass(now)
        .say('', now)
        .pass(now + 1_000_000)
      const spoken = stage.outputs.filter((output) => output.kind === 'SPOKE')
      assert.deepEqual(
        spoken,
        spoken.toSorted((a, b) => a.at - b.at),
      )
      const bare = (text: string) => text.replaceAll(/\s/g, '')
      const said = bare(spoken.map(({ text }) => text).join(''))
      if (!interruptible) assert.equal(said, bare(words))
      else assert.ok(said.length <= bare(words).length)
    }),
  )
})
