import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parseTwiml } from '../../src/carriers/twiml-parser.ts'
import {
  type CallScript,
  hear,
  newScript,
  obey,
  passTime,
  press,
  scriptDueAt,
} from '../../src/voice/domain/call-script.ts'
import { readApplicationFrame } from '../../src/voice/domain/frames.ts'
import { readVoiceTwiml } from '../../src/voice/domain/read-verbs.ts'
import {
  hearSpeech,
  openRelay,
  passTime as passRelay,
  type RelaySession,
  takeFrame,
} from '../../src/voice/domain/relay-session.ts'
import { rewriteTwiml } from '../../src/voice/domain/rewriting.ts'
import type { Relay } from '../../src/voice/domain/verbs.ts'
import type { Random } from './random.ts'
import type { Verdict } from './verdict.ts'
import { bombs, hostileFrame, hostileTwiml } from './voice-hostility.ts'

interface VoiceProof {
  random: Random
  verdict: Verdict
  /** Documents, and as many messages of relay sessions. */
  rounds: number
}

const longestProblem = 600
/** What hostile input may leave behind in the heap. */
const mostHeapMb = 64

const relay: Relay = {
  url: 'wss://app.example',
  conversationConfiguration: null,
  conversationId: null,
  welcomeGreeting: 'Hello. Who is there?',
  welcomeGreetingInterruptible: 'any',
  interruptible: 'any',
  reportInputDuringAgentSpeech: 'any',
  preemptible: false,
  dtmfDetection: true,
  partialPrompts: true,
  debug: [],
  language: 'en-US',
  ttsLanguage: 'en-US',
  transcriptionLanguage: 'en-US',
  languages: [],
  parameters: {},
}

/** All bombs again and again must leave no more behind than once: what is read is not kept. */
const bombings = 5
const mostKeptMb = 8

/** Hostile documents and messages: none is a crash, each is obeyed or refused in words, and none fills the memory. */
export async function proveVoice({ random, verdict, rounds }: VoiceProof): Promise<void> {
  const before = settledHeap()
  for (const bomb of bombs) proveDocument(bomb, random, verdict)
  const afterFirst = settledHeap()
  for (let n = 1; n < bombings; n += 1) for (const bomb of bombs) proveDocument(bomb, random, verdict)
  const keptMb = (settledHeap() - afterFirst) / 1_048_576
  verdict.check(keptMb < mostKeptMb, 'bombs leave nothing behind', () => `${keptMb} MB`)
  for (let round = 0; round < rounds; round += 1) proveDocument(hostileTwiml(random), random, verdict)
  proveFrames(random, verdict, rounds)
  const grownMb = (settledHeap() - before) / 1_048_576
  verdict.check(grownMb < mostHeapMb, 'hostile input does not fill the memory', () => `${grownMb} MB`)
}

/** The heap when everything that nobody holds has been collected. */
function settledHeap(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}

function proveDocument(text: string, random: Random, verdict: Verdict): void {
  const before = process.cpuUsage()
  try {
    const parsed = parseTwiml(text)
    if ('problem' in parsed) {
      const isClear =
        /^The TwiML document cannot be read: .+\.$/s.test(parsed.problem) && parsed.problem.length < longestProblem
      verdict.check(isClear, 'a document that cannot be read is refused in words', () => parsed.problem)
      return
    }
    const { verbs } = readVoiceTwiml(parsed.response)
    const call = {
      prefix: 'https://s.example/v',
      base: 'https://a.example/x',
      from: '+1',
      to: '+2',
      direction: 'inbound' as const,
      callSid: 'CA1',
      once: 'o',
    }
    const rewritten = parseTwiml(rewriteTwiml(text, parsed.response, call))
    verdict.check('response' in rewritten || text.length > 30_000, 'a rewritten document can be read again', () => text)
    verdict.check(
      play(newScript(60, false), verbs, random) < 50_000,
      'a document takes a bounded number of steps',
      () => text,
    )
  } catch (error) {
    verdict.check(
      false,
      'no document is a crash',
      () => `${error instanceof Error ? error.stack : error}\n${text.slice(0, 500)}`,
    )
  }
  // Of the processor, since others may work on the same machine.
  const used = process.cpuUsage(before)
  const ms = (used.user + used.system) / 1000
  verdict.check(ms < 5_000, 'a document is read in a moment', () => `${ms} ms: ${text.slice(0, 200)}`)
}

/** Plays the document for an hour with a caller who speaks and presses keys; answers how many things happened. */
function play(fresh: CallScript, verbs: CallScript['verbs'], random: Random): number {
  let { script, effects } = obey(fresh, { base: 'https://a.example/x', verbs }, 0)
  let count = effects.length
  for (let now = 0; now < 3_600_000; now += 600_000) {
    for (const step of [
      () => passTime(script, now),
      () => hear(script, 'Hello', now),
      () => press(script, random.pick(['1', '#', '*']), now),
    ]) {
      ;({ script, effects } = step())
      count += effects.length
    }
    if (scriptDueAt(script) === null) break
  }
  return count
}

function proveFrames(random: Random, verdict: Verdict, rounds: number): void {
  let session: RelaySession = openRelay(relay, 60, 0)
  let now = 0
  for (let round = 0; round < rounds; round += 1) {
    const text = hostileFrame(random)
    try {
      const read = readApplicationFrame(text)
      if ('problem' in read)
        verdict.check(read.problem.length < longestProblem, 'a bad message is refused in words', () => read.problem)
      else session = takeFrame(session, read.frame, now).session
      if (session.ending) session = openRelay(relay, 60, now)
      if (random.chance(0.1)) session = hearSpeech(session, 'Stop it', now).session
      now += random.integer(0, 500)
      session = passRelay(session, now).session
      const isBounded = session.playing.length <= 1_400 && session.waiting.length <= 260
      verdict.check(isBounded, 'a session holds a bounded amount of speech', () => [
        session.playing.length,
        session.waiting.length,
      ])
    } catch (error) {
      verdict.check(false, 'no message is a crash', () => `${error instanceof Error ? error.stack : error}\n${text}`)
    }
  }
}
