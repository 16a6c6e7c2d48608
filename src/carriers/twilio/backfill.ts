import type { Log } from '../../kernel/log.ts'
import type { Work } from '../../kernel/work.ts'
import type { Store } from '../../store/store.ts'
import type { TwilioConnection } from '../connections/connection.ts'
import type { Connections } from '../connections/connections.ts'
import { connectionsToFetch, nextFetch, noteFetch } from '../connections/rows.ts'
import type { ObservedMessage } from '../domain/message.ts'
import type { MessageTraffic } from '../message-traffic.ts'
import type { TwilioApi } from './api.ts'

interface Options {
  store: Store
  log: Log
  connections: Connections
  traffic: MessageTraffic
  api: TwilioApi
}

/** Carriers list what they have with some delay, so each look goes back behind the last one. */
const overlapMs = 60 * 60 * 1000

/**
 * Fetches what was missed while this server, or the way to it, was down: lists the messages of each connection since the last
 * look and offers them to the capture rules. What is known already is not taken again; its status is brought up to date.
 */
export class Backfill implements Work {
  readonly name = 'carrier-backfill'
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  async tick(now: number): Promise<number> {
    const { store, connections, log } = this.#options
    const due = await store.read.all(connectionsToFetch, { now })
    for (const { account, id, fetched_to } of due) {
      const connection = await connections.ofAnybody(id)
      if (connection?.carrier !== 'twilio') continue
      const fetchAt = now + connection.settings.backfillMinutes * 60_000
      const done = await this.#fetch(connection, fetched_to - overlapMs).then(
        () => true,
        (error: unknown) => {
          log.warn({ err: error, connection: id }, 'missed messages could not be fetched; it will be tried again')
          return false
        },
      )
      const fetchedTo = done ? now : fetched_to
      await store.transact((tx) => tx.run(noteFetch, { account, id, fetchedTo, fetchAt }))
    }
    return due.length
  }

  async nextDueAt(): Promise<number | null> {
    return (await this.#options.store.read.get(nextFetch, {}))?.fetch_at ?? null
  }

  async #fetch(connection: TwilioConnection, since: number): Promise<void> {
    const missed: ObservedMessage[] = []
    for await (const page of this.#options.api.listSince(connection, since)) {
      const recent = page.filter(({ occurredAt }) => occurredAt == null || occurredAt >= since)
      missed.push(...recent)
      if (recent.length < page.length) break
    }
    // As they were said, the oldest first.
    missed.sort((a, b) => (a.occurredAt ?? 0) - (b.occurredAt ?? 0))
    const cause = { account: connection.account, requestId: '' }
    for (let at = 0; at < missed.length; at += batch) {
      const messages = missed.slice(at, at + batch)
      const results = await this.#options.traffic.observe(cause, messages)
      for (const [place, message] of messages.entries()) {
        if (results[place]?.outcome !== 'DUPLICATE' || message.status === null) continue
        await this.#options.traffic.report(cause, { messageId: message.messageId, status: message.status })
      }
    }
  }
}

const batch = 100
