import { reportDiagnostic } from '../events/report.ts'
import { newId } from '../kernel/ids.ts'
import type { CallOrder } from './call-order.ts'
import type { CallOrigin } from './call-origin.ts'
import { callParameters } from './domain/call-parameters.ts'
import { durationOf, type Leg } from './domain/leg.ts'
import type { CallEvent, StatusCallback } from './domain/verbs.ts'
import type { Tell, VoicePorts } from './ports.ts'

/** A request to the application that is not asked for instructions. */
export interface Callback {
  url: string
  method: 'GET' | 'POST'
  params: Record<string, string>
}

/** Tells others of a call: the application by callbacks, its people by the debugger. */
export class CallTeller {
  readonly #origin: CallOrigin
  readonly #ports: VoicePorts
  readonly #order: CallOrder
  readonly #sequences = new Map<string, number>()
  #callbacks: Promise<void> = Promise.resolve()

  constructor(origin: CallOrigin, ports: VoicePorts, order: CallOrder) {
    this.#origin = origin
    this.#ports = ports
    this.#order = order
  }

  /** Tells the leg's status callback, if it wants to hear of that. */
  report(leg: Leg, statusCallback: StatusCallback | null, event: CallEvent): void {
    if (!statusCallback?.events.includes(event)) return
    const sequence = this.#sequences.get(leg.sid) ?? 0
    this.#sequences.set(leg.sid, sequence + 1)
    const params = {
      ...callParameters(this.#origin.accountSid, leg),
      CallbackSource: 'call-progress-events',
      SequenceNumber: String(sequence),
      ...(event === 'completed' ? { CallDuration: String(durationOf(leg)) } : {}),
    }
    this.send({ url: statusCallback.url, method: statusCallback.method, params })
  }

  /** In order, and without holding up the call. */
  send({ url, method, params }: Callback): void {
    const { account, requestId } = this.#origin
    this.#callbacks = this.#callbacks.then(async () => {
      const answer = await this.#ports.applications.send({ account, url, method, params, requestId, token: newId() })
      if (!('problem' in answer)) return
      const { code, detail } = answer.problem
      this.tell({ level: 'warning', code, message: `A callback of a call was not taken: ${detail}.` })
    })
    this.#order.beside(this.#callbacks)
  }

  tell: Tell = (diagnostic) => {
    const { account, requestId, leg } = this.#origin
    const { store, clock } = this.#ports
    const report = async () => {
      const told = { ...diagnostic, resource: leg.sid, channel: 'VOICE', requestId, at: await clock.now() }
      await store.transact((tx) => reportDiagnostic(tx, account, told))
    }
    this.#order.beside(report())
  }
}
