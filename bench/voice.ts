import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { type WebSocket, WebSocketServer } from 'ws'
import { type Memory, watchingMemory } from './memory.ts'
import { ask, type Skein } from './skein.ts'

export interface Voice {
  calls: number
  turns: number
  /** Communications that should be there and are not, or are elsewhere or changed. */
  lost: number
  mixed: number
  /** From the end of the caller's words until the application has them, in milliseconds. */
  toApplication: Percentiles
  /** From then until the communication can be read, in milliseconds; of a sample. */
  toCommunication: Percentiles
  seconds: number
  memory: Memory
}

export interface Percentiles {
  p50Ms: number
  p99Ms: number
}

/** Each call says something about once in so long. */
const thinkMs = 1_000
const msPerCharacter = 2
/** One turn in so many is looked at until it can be read. */
const sampled = 50
/** Between two looks at what has time, and at what is measured. */
const lookMs = 200
const readMs = 5
/** What is not there by then is lost. */
const longestMs = 60_000
const number = '+15550003333'

/** What the server must be started with. */
export const voiceEnvironment = { SKEIN_SPEECH_MS_PER_CHARACTER: String(msPerCharacter) }

/** Calls that go on at the same time, each with an application that answers every turn. */
export function measureVoice(skein: Skein, calls: number, turns: number): Promise<Voice> {
  return watchingMemory(skein, () => carryAll(skein, calls, turns))
}

async function carryAll(skein: Skein, calls: number, turns: number): Promise<Omit<Voice, 'memory'>> {
  const application = await startApplication()
  const begun = performance.now()
  try {
    const configurationId = await provide(skein, application.url)
    application.twiml =
      `<Response><Connect><ConversationRelay url="${application.url.replace('http', 'ws')}/relay" interruptible="none" ` +
      `reportInputDuringAgentSpeech="any" conversationConfiguration="${configurationId}"/></Connect></Response>`
    const outcomes = await Promise.all(Array.from({ length: calls }, (_, at) => carry(skein, application, at, turns)))
    const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + of(outcome), 0)
    return {
      calls,
      turns,
      lost: sum(({ lost }) => lost),
      mixed: sum(({ mixed }) => mixed),
      toApplication: percentiles(outcomes.flatMap((outcome) => outcome.toApplication)),
      toCommunication: percentiles(outcomes.flatMap((outcome) => outcome.toCommunication)),
      seconds: (performance.now() - begun) / 1000,
    }
  } finally {
    application.close()
  }
}

interface Outcome {
  lost: number
  mixed: number
  toApplication: number[]
  toCommunication: number[]
}

async function carry(skein: Skein, application: Application, at: number, turns: number): Promise<Outcome> {
  const outcome: Outcome = { lost: 0, mixed: 0, toApplication: [], toCommunication: [] }
  await setTimeout((at * thinkMs) / 100)
  const handset = `/skein/v1/Handsets/%2B1555${String(2_000_000 + at)}/Calls`
  const { callSid } = await ask(skein, 'POST', handset, { to: number })
  while ((await ask(skein, 'GET', `${handset}/${callSid}`)).status !== 'in-progress') await setTimeout(lookMs)
  const conversationId = await conversationOf(skein, callSid)
  for (let turn = 0; turn < turns; turn += 1) {
    const text = words(at, turn)
    const heard = application.expect(text)
    const saidAt = performance.now() + text.length * msPerCharacter
    await ask(skein, 'POST', `${handset}/${callSid}/Speech`, { text })
    const heardAt = await heard
    outcome.toApplication.push(Math.max(0, heardAt - saidAt))
    if ((at + turn) % sampled === 0) {
      await until(skein, conversationId, (said) => said.includes(text), readMs)
      outcome.toCommunication.push(performance.now() - heardAt)
    }
    await setTimeout(thinkMs - 200 + ((at * 37) % 400))
  }
  await ask(skein, 'POST', `${handset}/${callSid}/Hangup`, {})
  const expected = Array.from({ length: turns }, (_, turn) => [words(at, turn), replyTo(words(at, turn))])
  const said = await until(skein, conversationId, (texts) => texts.length >= turns * 2, lookMs)
  outcome.lost = expected.flat().filter((text) => !said.includes(text)).length
  outcome.mixed = said.filter((text) => !expected.flat().includes(text)).length + outOfOrder(said, expected)
  return outcome
}

function words(at: number, turn: number): string {
  return `Caller ${at} says in turn ${turn} what there is to say`
}

/** What either side said twice, or not in its place among what that side said. */
function outOfOrder(said: readonly string[], expected: readonly string[][]): number {
  const misplaced = [0, 1].map((side) => {
    const order = expected.map((turn) => turn[side])
    const own = said.filter((text) => order.includes(text)).map((text) => order.indexOf(text))
    return own.filter((place, n) => n > 0 && place <= (own[n - 1] ?? -1)).length
  })
  return misplaced.reduce((sum, count) => sum + count, 0)
}

/** What is said in a conversation, as soon as it is enough; after long enough, what there is. */
async function until(
  skein: Skein,
  conversationId: string,
  isEnough: (said: readonly string[]) => boolean,
  everyMs: number,
): Promise<string[]> {
  const path = `/v2/Conversations/${conversationId}/Communications?pageSize=1000`
  for (const begun = performance.now(); ; await setTimeout(everyMs)) {
    const { communications } = await ask(skein, 'GET', path)
    const said: string[] = communications.map(({ content }: { content: { text: string } }) => content.text)
    if (isEnough(said) || performance.now() - begun > longestMs) return said
  }
}

async function conversationOf(skein: Skein, callSid: string): Promise<string> {
  for (;;) {
    const { conversations } = await ask(skein, 'GET', `/v2/Conversations?channelId=${callSid}&status=ACTIVE`)
    if (conversations.length > 0) return conversations[0].id
    await setTimeout(lookMs)
  }
}

async function provide(skein: Skein, url: string): Promise<string> {
  const { configurations } = await ask(skein, 'GET', '/v2/ControlPlane/Configurations')
  const [{ id }] = configurations
  const form = new URLSearchParams({ PhoneNumber: number, VoiceUrl: `${url}/voice` }).toString()
  const account = skein.accountSid
  const headers = { ...skein.headers, 'content-type': 'application/x-www-form-urlencoded' }
  const path = `/2010-04-01/Accounts/${account}/IncomingPhoneNumbers.json`
  const response = await fetch(new URL(path, skein.url), { method: 'POST', headers, body: form })
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
  return id
}

interface Application {
  url: string
  twiml: string
  /** When the application is told these words. */
  expect(text: string): Promise<number>
  close(): void
}

function replyTo(text: string): string {
  return `I have heard that ${text}.`
}

async function startApplication(): Promise<Application> {
  const waiting = new Map<string, (at: number) => void>()
  const server = createServer((_, response) =>
    response.writeHead(200, { 'content-type': 'text/xml' }).end(application.twiml),
  )
  const sockets = new WebSocketServer({ server, path: '/relay', perMessageDeflate: false })
  sockets.on('connection', (socket: WebSocket) =>
    socket.on('message', (data) => {
      const { type, voicePrompt, last } = JSON.parse(String(data))
      if (type !== 'prompt' || !last) return
      waiting.get(voicePrompt)?.(performance.now())
      waiting.delete(voicePrompt)
      socket.send(JSON.stringify({ type: 'text', token: replyTo(voicePrompt), last: true }))
    }),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const application: Application = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    twiml: '',
    expect: (text) => new Promise((resolve) => waiting.set(text, resolve)),
    close: () => {
      for (const socket of sockets.clients) socket.terminate()
      server.close()
    },
  }
  return application
}

function percentiles(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return { p50Ms: at(0.5), p99Ms: at(0.99) }
}
