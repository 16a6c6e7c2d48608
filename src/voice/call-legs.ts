import type { CallStatus } from './domain/call-status.ts'
import { isOver, type Leg } from './domain/leg.ts'

/** What a handset has heard, in order. */
export interface Heard {
  at: number
  text: string
}

/** Keeps the row of a leg; called again whenever the leg has changed. */
export type SaveLeg = (account: number, leg: Leg) => Promise<void>

const maxHeard = 1_000

/** How the legs of one call stand, and what was heard at each. */
export class CallLegs {
  readonly #account: number
  readonly #save: SaveLeg
  readonly #heard = new Map<string, Heard[]>()

  constructor(account: number, save: SaveLeg) {
    this.#account = account
    this.#save = save
  }

  heardBy(leg: Leg): readonly Heard[] {
    return this.#heard.get(leg.sid) ?? []
  }

  hears(leg: Leg, text: string, at: number): void {
    const heard = this.#heard.get(leg.sid) ?? []
    heard.push({ at, text })
    this.#heard.set(leg.sid, heard.slice(-maxHeard))
  }

  /** Resolves when it is committed. */
  save(leg: Leg): Promise<void> {
    return this.#save(this.#account, leg)
  }

  async become(leg: Leg, status: CallStatus, now: number): Promise<void> {
    leg.status = status
    if (status === 'in-progress') leg.answeredAt = now
    if (isOver(leg)) leg.endedAt = now
    await this.save(leg)
  }
}
