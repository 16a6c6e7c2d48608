import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Message {
  role: 'system' | 'user' | 'assistant' | 'tool'
  content: string | null
}

type Json = ReturnType<typeof JSON.parse>

/** One request for a completion, as it came. */
export interface Asked {
  headers: IncomingHttpHeaders
  body: {
    model: string
    messages: Message[]
    response_format?: { type: string; json_schema: { strict: boolean; schema: Json } }
    tools?: { function: { name: string } }[]
  }
  /** What is between the marks of the task. */
  task: string
  /** What was said, as the last conversation in it has it. */
  said: { from: string; text: string }[]
  /** How many requests there were before it. */
  n: number
}

/** What the model does with a request. */
export type Reaction =
  /** Answers this, as JSON; undefined: something that fits the schema. */
  | { answer?: unknown; text?: string }
  | { refusal: string }
  | { finish: 'content_filter' | 'length'; text?: string }
  | { status: number; retryAfter?: string }
  | { calls: string[] }
  /** Sends half of an answer and drops the connection. */
  | 'cut'
  /** Sends half of an answer as if it were all of it. */
  | 'half'
  /** Never answers. */
  | 'silent'

/** A service with OpenAI's chat completions on loopback, which misbehaves as it is told. */
export class ModelStub {
  readonly asked: Asked[] = []
  react: (asked: Asked) => Reaction | Promise<Reaction> = () => ({})
  readonly #server: Server

  constructor() {
    this.#server = createServer(async (request, response) => {
      const text = Buffer.concat(await request.toArray()).toString()
      if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
        response.writeHead(404).end()
        return
      }
      const asked = askedOf(request.headers, JSON.parse(text), this.asked.length)
      this.asked.push(asked)
      carryOut(response, asked, await this.react(asked))
    })
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
  }

  /** What Skein is set to. */
  get environment(): Record<string, string> {
    const { port } = this.#server.address() as AddressInfo
    return {
      SKEIN_MODEL_URL: `http://127.0.0.1:${port}/v1`,
      SKEIN_MODEL_NAME: 'stub',
      SKEIN_MODEL_KEY: 'stub-key-that-nobody-may-see',
    }
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

function askedOf(headers: IncomingHttpHeaders, body: Asked['body'], n: number): Asked {
  const system = body.messages.find(({ role }) => role === 'system')?.content ?? ''
  const conversation = body.messages.findLast(({ role }) => role === 'user')?.content ?? ''
  const task = /<task>\n([\s\S]*)\n<\/task>$/.exec(system)?.[1] ?? ''
  const lines = /^<conversation>\n([\s\S]*)\n<\/conversation>$/.exec(conversation)?.[1]?.split('\n') ?? []
  return { headers, body, task, said: lines.map((line) => JSON.parse(line)), n }
}

function carryOut(response: ServerResponse, asked: Asked, reaction: Reaction): void {
  if (reaction === 'silent') return
  if (reaction === 'half' || reaction === 'cut') {
    const whole = JSON.stringify(completion(asked, {}))
    const half = whole.slice(0, whole.length / 2)
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': reaction === 'cut' ? whole.length : half.length,
    })
    if (reaction === 'half') response.end(half)
    else response.write(half, () => response.destroy())
    return
  }
  if ('status' in reaction) {
    const headers = reaction.retryAfter === undefined ? {} : { 'retry-after': reaction.retryAfter }
    response.writeHead(reaction.status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify({ error: { message: 'It does as it was told.', type: 'stub' } }))
    return
  }
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(completion(asked, reaction)))
}

function completion(asked: Asked, reaction: Exclude<Reaction, string | { status: number }>): object {
  const { message, finish_reason } = choiceOf(asked, reaction)
  return {
    id: `chatcmpl-${asked.n}`,
    object: 'chat.completion',
    created: 1_767_603_600,
    model: 'stub-2026-01-05',
    choices: [{ index: 0, message: { role: 'assistant', content: null, ...message }, finish_reason }],
    usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
  }
}

function choiceOf(asked: Asked, reaction: Exclude<Reaction, string | { status: number }>) {
  if ('refusal' in reaction) return { message: { refusal: reaction.refusal }, finish_reason: 'stop' }
  if ('finish' in reaction) return { message: { content: reaction.text ?? '' }, finish_reason: reaction.finish }
  if ('calls' in reaction) {
    const tool_calls = reaction.calls.map((name, at) => ({
      id: `call_${asked.n}_${at}`,
      type: 'function',
      function: { name, arguments: '{}' },
    }))
    return { message: { tool_calls }, finish_reason: 'tool_calls' }
  }
  const content =
    reaction.text ?? JSON.stringify(reaction.answer ?? sampleOf(asked.body.response_format?.json_schema.schema))
  return { message: { content }, finish_reason: 'stop' }
}

/** Something that fits a schema. */
function sampleOf(schema: Json): unknown {
  if (schema?.enum) return schema.enum[0]
  const type = [schema?.type].flat()[0]
  if (type === 'object') {
    return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, one]) => [name, sampleOf(one)]))
  }
  if (type === 'array') return [sampleOf(schema.items)]
  return type === 'string' ? 'As the model says.' : type === 'boolean' ? true : 1
}
