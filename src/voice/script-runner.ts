import type { CallInstructions } from '../carriers/carrier.ts'
import type { CallDocuments } from './call-documents.ts'
import type { CallOrder } from './call-order.ts'
import {
  type CallEffect,
  type CallScript,
  type CallStep,
  cutOff,
  obey,
  passTime,
  scriptDueAt,
} from './domain/call-script.ts'
import { isOver, type Leg } from './domain/leg.ts'
import type { VoiceTwiml } from './domain/read-verbs.ts'
import type { Verb } from './domain/verbs.ts'
import type { Tell } from './ports.ts'

interface Options {
  leg: Leg
  script: CallScript
  documents: CallDocuments
  order: CallOrder
  tell: Tell
  /** Does something in the call's order, after everything that has fallen due before. */
  inOrder: (work: (now: number) => Promise<void>) => Promise<void>
  /** Which of a document's verbs this leg may obey. */
  narrow: (verbs: readonly Verb[]) => VoiceTwiml
  take: (effect: Exclude<CallEffect, { kind: 'FETCH' }>, now: number) => Promise<void>
  onObeyed: (verbs: readonly Verb[]) => void
  /** There is no document that could be obeyed. */
  onStranded: (now: number) => Promise<void>
}

const mostAtOnce = 100

/** Runs the script of one leg: documents are asked for beside the call's order, and what they say is done in it. */
export class ScriptRunner {
  readonly #options: Options
  #script: CallScript
  #asked = 0
  #documentAt = 0
  #atOnce = 0

  constructor(options: Options) {
    this.#options = options
    this.#script = options.script
  }

  /** The present document's URL, which a relative one is relative to. */
  get base(): string {
    return this.#script.base
  }

  dueAt(): number | null {
    return scriptDueAt(this.#script)
  }

  pass(at: number): Promise<void> {
    return this.step((script) => passTime(script, at), at)
  }

  /** What has been said so far is kept; the rest never happens. */
  cut(now: number): Promise<void> {
    this.#asked += 1
    return this.step((script) => cutOff(script, now), now)
  }

  async step(decide: (script: CallScript) => CallStep, now: number): Promise<void> {
    const { script, effects } = decide(this.#script)
    this.#script = script
    for (const effect of effects) {
      if (effect.kind === 'FETCH') this.follow(effect.request, effect.parameters)
      else await this.#options.take(effect, now)
    }
  }

  /** Asks for a document, or takes the one that is there, and does what it says. */
  follow(instructions: CallInstructions, parameters: Record<string, string>): void {
    this.#asked += 1
    this.#options.order.beside(this.#obey(this.#asked, instructions, parameters))
  }

  async #obey(asked: number, instructions: CallInstructions, parameters: Record<string, string>): Promise<void> {
    const { leg, documents, narrow, inOrder, onObeyed, onStranded } = this.#options
    const document = await documents.get(leg, instructions, parameters, narrow)
    await inOrder(async (now) => {
      // Somebody hung up, or sent the call elsewhere, meanwhile.
      if (isOver(leg) || asked !== this.#asked) return
      if (!document || this.#isLost(now)) return onStranded(now)
      await this.step((script) => obey(script, document, now), now)
      onObeyed(document.verbs)
    })
  }

  /** Sent from document to document without anything that takes time between. */
  #isLost(now: number): boolean {
    this.#atOnce = now === this.#documentAt ? this.#atOnce + 1 : 1
    this.#documentAt = now
    if (this.#atOnce < mostAtOnce) return false
    const message = `The call was sent to ${mostAtOnce} documents in one moment.`
    this.#options.tell({ level: 'error', code: 11200, message })
    return true
  }
}
