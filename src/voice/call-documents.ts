import type { CallInstructions } from '../carriers/carrier.ts'
import { soundOnly } from '../carriers/domain/twiml-element.ts'
import { parseTwiml } from '../carriers/twiml-parser.ts'
import { newId } from '../kernel/ids.ts'
import type { CallOrigin } from './call-origin.ts'
import type { CallTeller } from './call-teller.ts'
import { callParameters } from './domain/call-parameters.ts'
import type { Leg } from './domain/leg.ts'
import { readVoiceTwiml, type VoiceTwiml } from './domain/read-verbs.ts'
import type { Verb } from './domain/verbs.ts'
import type { VoicePorts } from './ports.ts'

export interface CallDocument {
  base: string
  verbs: Verb[]
}

const maxWarnings = 20

/** Gets the documents that a call obeys, and tells the debugger what is wrong with them, each thing once in a call. */
export class CallDocuments {
  readonly #origin: CallOrigin
  readonly #ports: VoicePorts
  readonly #teller: CallTeller
  readonly #told = new Set<string>()

  constructor(origin: CallOrigin, ports: VoicePorts, teller: CallTeller) {
    this.#origin = origin
    this.#ports = ports
    this.#teller = teller
  }

  /** Asks for a document, or takes the one that is there. Undefined where none can be obeyed. */
  async get(
    leg: Leg,
    instructions: CallInstructions,
    parameters: Record<string, string>,
    narrow: (verbs: readonly Verb[]) => VoiceTwiml,
  ): Promise<CallDocument | undefined> {
    const given = 'twiml' in instructions ? { base: '', text: instructions.twiml } : undefined
    const document = given ?? (await this.#ask(leg, instructions as Urls, parameters))
    if (!document) return undefined
    const parsed = parseTwiml(document.text)
    if ('problem' in parsed) {
      this.#teller.tell({ level: 'error', code: 12100, message: parsed.problem })
      return undefined
    }
    const read = readVoiceTwiml(parsed.response)
    const { verbs, warnings } = narrow(read.verbs)
    this.#warn([...read.warnings, ...warnings])
    return { base: document.base, verbs }
  }

  async #ask(leg: Leg, urls: Urls, parameters: Record<string, string>) {
    const { account, accountSid, requestId } = this.#origin
    const params = { ...callParameters(accountSid, leg), ...parameters }
    const answer = await this.#ports.applications.ask(urls, { account, params, token: newId(), requestId })
    if (!('problem' in answer)) return { base: answer.url, text: answer.body }
    const { code, detail } = answer.problem
    const message = `The application gave no instructions for a call: ${detail}.`
    this.#teller.tell({ level: 'error', code, message })
    return undefined
  }

  #warn(warnings: VoiceTwiml['warnings']): void {
    const untold = warnings.filter(({ message }) => !this.#told.has(message))
    for (const { code, message } of untold.slice(0, maxWarnings)) {
      this.#told.add(message)
      this.#teller.tell({ level: code === soundOnly ? 'info' : 'warning', code, message })
    }
  }
}

type Urls = Exclude<CallInstructions, { twiml: string }>
