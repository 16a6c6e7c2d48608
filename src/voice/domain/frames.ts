/** The JSON messages of a relay session's WebSocket, in both directions. */

/** The vendor's code for a message that an application should not have sent. */
export const invalidFrame = 64_107
/** The longest message that is read. */
export const maxFrameBytes = 65_536

export type ApplicationFrame =
  | { type: 'text'; token: string; last: boolean; lang?: string; interruptible?: boolean; preemptible?: boolean }
  | { type: 'play'; source: string; loop: number; interruptible?: boolean; preemptible?: boolean }
  | { type: 'sendDigits'; digits: string }
  | { type: 'language'; ttsLanguage?: string; transcriptionLanguage?: string }
  | { type: 'end'; handoffData?: string }

export type RelayFrame =
  | { type: 'prompt'; voicePrompt: string; lang: string; last: boolean; agentSpeaking?: boolean }
  | { type: 'interrupt'; utteranceUntilInterrupt: string; durationUntilInterruptMs: number }
  | { type: 'dtmf'; digit: string }
  | { type: 'error'; description: string }
  /** For whoever debugs an application; only what its document asks for. */
  | { type: 'info'; name: 'agentSpeaking' | 'clientSpeaking' | 'tokensPlayed'; value: string }

/** Reads what an application sent, or says what is wrong with it, naming the field. */
export function readApplicationFrame(text: string): { frame: ApplicationFrame } | { problem: string } {
  const value = parse(text)
  if (value === undefined) return { problem: 'the message is not a JSON object' }
  const { type } = value
  if (typeof type !== 'string') return { problem: 'type is missing' }
  const read = Object.hasOwn(readers, type) ? readers[type] : undefined
  if (!read) return { problem: `type must be one of ${Object.keys(readers).join(', ')}` }
  try {
    return { frame: read(new Fields(value)) }
  } catch (error) {
    if (!(error instanceof FieldProblem)) throw error
    return { problem: `${type}: ${error.message}` }
  }
}

const readers: Readonly<Record<string, (fields: Fields) => ApplicationFrame>> = {
  text: (fields) => ({
    type: 'text',
    token: fields.text('token'),
    last: fields.flag('last') ?? false,
    ...given('lang', fields.optionalText('lang')),
    ...manners(fields),
  }),
  play: (fields) => ({
    type: 'play',
    source: fields.text('source'),
    loop: fields.count('loop'),
    ...manners(fields),
  }),
  sendDigits: (fields) => ({ type: 'sendDigits', digits: fields.digits('digits') }),
  language: (fields) => ({
    type: 'language',
    ...given('ttsLanguage', fields.optionalText('ttsLanguage')),
    ...given('transcriptionLanguage', fields.optionalText('transcriptionLanguage')),
  }),
  end: (fields) => ({ type: 'end', ...given('handoffData', fields.optionalText('handoffData')) }),
}

function manners(fields: Fields): { interruptible?: boolean; preemptible?: boolean } {
  return {
    ...given('interruptible', fields.flag('interruptible')),
    ...given('preemptible', fields.flag('preemptible')),
  }
}

function given<N extends string, V>(name: N, value: V | undefined): { [K in N]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { [K in N]?: V })
}

class FieldProblem extends Error {}

class Fields {
  readonly #values: Readonly<Record<string, unknown>>

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values
  }

  text(name: string): string {
    const value = this.#values[name]
    if (typeof value !== 'string') throw new FieldProblem(`${name} must be a string`)
    return wellFormed(value)
  }

  optionalText(name: string): string | undefined {
    return this.#values[name] == null ? undefined : this.text(name)
  }

  /** Some clients send words instead of true and false. */
  flag(name: string): boolean | undefined {
    const value = this.#values[name]
    if (value == null) return undefined
    if (value === true || value === 'true') return true
    if (value === false || value === 'false') return false
    throw new FieldProblem(`${name} must be true or false`)
  }

  count(name: string): number {
    const value = this.#values[name] ?? 1
    const number = typeof value === 'string' ? Number(value) : value
    if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= 1000) return number || 1000
    throw new FieldProblem(`${name} must be a whole number from 0 to 1000`)
  }

  digits(name: string): string {
    const value = this.text(name)
    if (/^[0-9*#wW]{1,200}$/.test(value)) return value
    throw new FieldProblem(`${name} must be up to 200 of 0 to 9, *, # and w`)
  }
}

/** Neither halves of characters nor NUL, which no database keeps. */
function wellFormed(text: string): string {
  return text.toWellFormed().replaceAll('\0', '')
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
