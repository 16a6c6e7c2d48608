import { schemaWarning, type TwimlElement, type TwimlWarning } from '../../carriers/domain/twiml-element.ts'
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

  /** A URL attribute and the method attribute beside it. */
  request(name: string, methodName: string): Request | null {
    const method = this.method(methodName)
    const url = this.text(name)
    return url === null ? null : { url, method }
  }

  method(name: string): Method {
    return this.word(name, ['POST', 'GET'], 'POST')
  }

  /** Attributes that are valid and of no effect here, such as those that choose a voice. */
  ignore(...names: readonly string[]): void {
    for (const name of names) this.#known.add(name)
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
