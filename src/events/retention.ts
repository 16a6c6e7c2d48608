import { allAccounts } from '../accounts/rows.ts'
import type { Work } from '../kernel/work.ts'
import type { Store } from '../store/store.ts'
import { sentTypes } from './append.ts'
import { stateNumber } from './delivering.ts'
import { type DeliveryState, lockDeliveries } from './delivery-rows.ts'
import {
  closedHistories,
  endedDeliveries,
  forgetAttemptsOf,
  forgetDeliveriesById,
  forgetDiagnostics,
  forgetEventsUpTo,
  forgetIdleLanes,
  forgetTargets,
  forgottenTargets,
  historySpan,
  oldDiagnostics,
} from './retention-rows.ts'
import { lockLanes } from './rows.ts'
import { forgetTargetsOf } from './target-rows.ts'

/** Ages in milliseconds of business time. */
export interface RetentionAges {
  /** Of a conversation's history, from its closing. */
  eventsMs: number
  /** Of a delivery, from its last attempt. */
  deliveriesMs: number
  diagnosticsMs: number
}

const intervalMs = 60 * 60 * 1000
const rowsPerBatch = 500
const conversationsPerBatch = 50
const ended: readonly DeliveryState[] = ['DELIVERED', 'DEAD', 'CANCELLED']

/**
 * Forgets, once an hour of business time, what is older than is asked for, in short transactions and one batch a round:
 * never what is still to be delivered, never the history of an open conversation, and no event before its deliveries.
 */
export class EventRetention implements Work {
  readonly name = 'event retention'
  readonly #store: Store
  readonly #ages: RetentionAges
  #lastAt: number | undefined

  constructor(store: Store, ages: RetentionAges) {
    this.#store = store
    this.#ages = ages
  }

  async tick(now: number): Promise<number> {
    if (this.#lastAt !== undefined && now - this.#lastAt < intervalMs) return 0
    let forgotten = 0
    for (const { account } of await this.#store.read.all(allAccounts, {})) {
      for (const eventType of sentTypes) {
        for (const state of ended) {
          forgotten += await this.#deliveries({ account, eventType, state, before: now - this.#ages.deliveriesMs })
        }
      }
      forgotten += await this.#histories(account, now - this.#ages.eventsMs)
      forgotten += await this.#diagnostics(account, now - this.#ages.diagnosticsMs)
      forgotten += await this.#targets(account, now - this.#ages.deliveriesMs)
    }
    if (forgotten === 0) this.#lastAt = now
    return forgotten
  }

  /** Never a reason to wake up, nor for a virtual clock to stop: it is done on the way. */
  async nextDueAt(): Promise<number | null> {
    return null
  }

  async #deliveries(aged: {
    account: number
    eventType: string
    state: DeliveryState
    before: number
  }): Promise<number> {
    const { account, before } = aged
    const old = { ...aged, state: stateNumber(aged.state), limit: rowsPerBatch }
    const found = await this.#store.read.all(endedDeliveries, old)
    if (found.length === 0) return 0
    return this.#store.transact(async (tx) => {
      // One that is replayed at this moment stays.
      const locked = await tx.all(lockDeliveries, { account, ids: found.map(({ id }) => id) })
      const ids = locked.filter((row) => row.state === old.state && row.updated_at < before).map(({ id }) => id)
      await tx.run(forgetAttemptsOf, { account, ids })
      return tx.run(forgetDeliveriesById, { account, ids })
    })
  }

  async #histories(account: number, before: number): Promise<number> {
    const found = await this.#store.read.all(closedHistories, { account, before, limit: conversationsPerBatch })
    let forgotten = 0
    for (const { conversation_id } of found) forgotten += await this.#history(account, conversation_id)
    return forgotten
  }

  /** From its beginning, so that the closing, by which it is found, goes last. */
  #history(account: number, conversationId: string): Promise<number> {
    return this.#store.transact(async (tx) => {
      // The end is looked up before the lanes: what is appended afterwards is not touched.
      const span = await tx.get(historySpan, { account, conversationId })
      if (span?.first == null || span.last == null) return 0
      const lanes = await tx.all(lockLanes, { account, conversationIds: [conversationId] })
      if (lanes.some((lane) => lane.due_at !== null)) return 0
      const n = Math.min(span.first + rowsPerBatch - 1, span.last)
      if (n === span.last) {
        await tx.run(forgetTargetsOf, { account, ownerId: conversationId })
        await tx.run(forgetIdleLanes, { account, conversationId })
      }
      return tx.run(forgetEventsUpTo, { account, conversationId, n })
    })
  }

  async #diagnostics(account: number, before: number): Promise<number> {
    const found = await this.#store.read.all(oldDiagnostics, { account, before, limit: rowsPerBatch })
    if (found.length === 0) return 0
    return this.#store.transact((tx) => tx.run(forgetDiagnostics, { account, ids: found.map(({ id }) => id) }))
  }

  async #targets(account: number, before: number): Promise<number> {
    const found = await this.#store.read.all(forgottenTargets, { account, before, limit: rowsPerBatch })
    if (found.length === 0) return 0
    return this.#store.transact((tx) => tx.run(forgetTargets, { account, ids: found.map(({ id }) => id) }))
  }
}
