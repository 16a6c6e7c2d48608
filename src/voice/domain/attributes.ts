import { schemaWarning, soundOnly, type TwimlElement, type TwimlWarning } from '../../carriers/domain/twiml-element.ts'
import type { Method, Request } from './verbs.ts'

/** Reads the attributes of one element; what cannot be used is a warning, and the default holds. */
export class Attributes {
  readonly #element: TwimlElement
  readonly #warnings: TwimlWarning[]
  readonly #known = new Set<string>()

  constructor(element: TwimlElement, warnings: TwimlWarning[]) {
    this.#element = element
    this.#warnings = warnings
  }

  /** As it is written, blanks and all; undefined where it is not. */
  raw(name: string): string | undefined {
    this.#known.add(name)
    return this.#element.attributes[name]
  }

  text(name: string): string | null {
    this.#known.add(name)
    const value = this.#element.attributes[name]?.trim()
    return value === undefined || value === '' ? null : value
  }

  number(name: string, range: { least: number; most: number; otherwise: number }): number {
    const value = this.numberOrNull(name, range)
    return value ?? range.otherwise
  }

  numberOrNull(name: string, { least, most }: { least: number; most: number }): number | null {
    const text = this.text(name)
    if (text === null) return null
    const value = Number(text)
    if (Number.isInteger(value) && value >= least && value <= most) return value
    this.#refuse(name, `a whole number from ${least} to ${most}`)
    return null
  }

  flag(name: string, otherwise: boolean): boolean {
    return this.word(name, ['true', 'false'], otherwise ? 'true' : 'false') === 'true'
  }

  word<const W extends string>(name: string, words: readonly W[], otherwise: W): W {
    const text = this.text(name)
    if (text === null) return otherwise
    const word = words.find((one) => one.toLowerCase() === text.toLowerCase())
    if (word !== undefined) return word
    this.#refuse(name, `one of ${words.join(', ')}`)
    return otherwise
  }

  matching(name: string, pattern: RegExp, must: string): string | null {
    const text = this.text(name)
    if (text === null || pattern.test(text)) return text
    this.#refuse(name, must)
    return null
  }

  /** A URL attribute and the method attribute beside it. */
  request(name: string, methodName: string): Request | null {
    const method = this.method(methodName)
    const url = this.text(name)
    return url === null ? null : { url, method }
  }

  method(name: string): Method {
    return this.word(name, ['POST', 'GET'], 'POST')
  }

  /** Several words with blanks between; those that are not known are passed over with a warning. */
  words<const W extends string>(name: string, words: readonly W[]): W[] {
    const given = (this.text(name) ?? '').split(/[\s,]+/).filter((one) => one !== '')
    if (given.some((one) => !(words as readonly string[]).includes(one))) {
      this.#warn(`${name} of <${this.#element.name}> must be of ${words.join(', ')}; the others are passed over`)
    }
    return words.filter((word) => given.includes(word))
  }

  /** Attributes that are about sound alone, such as those that choose a voice: of no effect where text stands for speech. */
  ofSound(...names: readonly string[]): void {
    this.#notObeyed(names, soundOnly, 'is of no effect, since text stands for speech here')
  }

  /** Attributes that the vendor has and that are not served here. */
  unserved(...names: readonly string[]): void {
    this.#notObeyed(names, schemaWarning, 'is not served here and has no effect')
  }

  #notObeyed(names: readonly string[], code: number, why: string): void {
    for (const name of names) {
      this.#known.add(name)
      if (this.#element.attributes[name] === undefined) continue
      this.#warnings.push({ code, message: `${name} of <${this.#element.name}> ${why}` })
    }
  }

  /** Warns of every attribute that nobody asked for. Called last. */
  warnOfUnknown(): void {
    for (const name of Object.keys(this.#element.attributes)) {
      if (this.#known.has(name) || name.includes(':')) continue
      const meant = this.#meant(name)
      this.#warn(`<${this.#element.name}> has no attribute ${name}${meant === undefined ? '' : `; ${meant}`}`)
    }
  }

  #meant(name: string): string | undefined {
    if (name === 'conversationConfigurationId' && this.#known.has('conversationConfiguration')) {
      return 'the attribute is conversationConfiguration, so nothing is captured by this configuration'
    }
    const alike = [...this.#known].find((known) => known.toLowerCase() === name.toLowerCase())
    return alike === undefined ? undefined : `${alike} is meant`
  }

  #refuse(name: string, must: string): void {
    this.#warn(`${name} of <${this.#element.name}> must be ${must}; the default holds`)
  }

  #warn(message: string): void {
    this.#warnings.push({ code: schemaWarning, message })
  }
}
