import { type AccountRow, accountTable } from '../../accounts/rows.ts'
import type { AccountSecrets } from '../../accounts/secrets.ts'
import type { Clock } from '../../kernel/clock.ts'
import { newId } from '../../kernel/ids.ts'
import { openLog } from '../../kernel/log.ts'
import { openStore } from '../../store/open.ts'
import { statements } from '../../store/statement.ts'
import type { Store } from '../../store/store.ts'
import { appendEvents, type EventNote, type EventType } from '../append.ts'
import { Deliverer } from '../deliverer.ts'
import type { Attempt } from '../delivering.ts'
import {
  attemptsOf,
  type DeliveryAttemptRow,
  type DeliveryRow,
  type DeliveryState,
  deliveryStates,
} from '../delivery-rows.ts'
import { wakeLanes } from '../lanes.ts'
import { type LaneRow, lockLanes } from '../rows.ts'
import type { Callback, SendCallback } from '../sending.ts'
import { Tallies } from '../tallies.ts'
import { lockTarget, type TargetRow } from '../target-rows.ts'
import { syncTargets } from '../targets.ts'

const statement = statements<{ delivery: DeliveryRow }>()
const allDeliveries = statement<{ account: number }>()((db, p) =>
  db.selectFrom('delivery').selectAll().where('account', '=', p.account).orderBy('conversation_id').orderBy('n'),
)

const endLeases = statements<{ lane: LaneRow }>()<{ account: number }>()((db, p) =>
  db.updateTable('lane').set({ leased_until: null }).where('account', '=', p.account),
)

/** What a receiver does with a callback: answers with a status, or is in trouble. */
export type Receiver = (callback: Callback) => number | string | Promise<number | string>

const account = 1
const secrets = { of: async () => ({ accountSid: `AC${'0'.repeat(32)}`, authToken: 'token', webhookSecrets: [] }) }

/** Events and their delivery without the rest of the server: receivers are functions, time stands still until it is moved. */
export class Mailroom {
  readonly store: Store
  readonly account = account
  readonly clock: Clock = { mode: 'virtual', now: async () => this.now }
  /** Every callback sent, as `url type`. */
  readonly sent: string[] = []
  now = Date.UTC(2026, 0, 5, 9)
  receiver: Receiver = () => 200
  deliverer: Deliverer
  readonly #counts = new Map<string, number>()

  static async open(): Promise<Mailroom> {
    const store = await openStore('sqlite::memory:', { log: openLog('silent', false) })
    await store.transact((tx) => tx.insert(accountTable, [accountRow]))
    return new Mailroom(store)
  }

  private constructor(store: Store) {
    this.store = store
    this.deliverer = this.newDeliverer()
  }

  /** Another process's, when there is one already. */
  newDeliverer(): Deliverer {
    return new Deliverer({
      store: this.store,
      clock: this.clock,
      log: openLog('silent', false),
      tallies: new Tallies({
        store: this.store,
        readOpen: async () => ({ active: 0, inactive: 0, byChannel: {} }),
        log: openLog('silent', false),
      }),
      secrets: secrets as unknown as AccountSecrets,
      send: this.send,
      random: () => 0.5,
      onRoom: () => {},
    })
  }

  readonly send: SendCallback = async (callback) => {
    this.sent.push(`${callback.target.url} ${callback.event.type}`)
    const answer = await this.receiver(callback)
    const outcome: Attempt['outcome'] =
      typeof answer === 'number'
        ? { status: answer, headers: { 'content-type': 'text/plain' }, body: `answer ${answer}` }
        : { error: answer, detail: `trouble: ${answer}` }
    return { attempt: { at: this.now, url: callback.target.url, latencyMs: 7, outcome }, policy: {} }
  }

  /** Sets the callbacks of a configuration or conversation; answers the ids of its targets. */
  async callbacks(urls: readonly string[], owner = newId()): Promise<{ owner: string; targets: string[] }> {
    const callbacks = urls.map((url) => ({ url }))
    const targets = await this.store.transact((tx) =>
      syncTargets(tx, account, { kind: 'configuration', id: owner }, callbacks, this.now),
    )
    return { owner, targets }
  }

  /** Something happens in a conversation that these targets follow. */
  async happen(
    conversationId: string,
    targets: readonly string[],
    types: readonly EventType[] = ['COMMUNICATION_CREATED'],
    note: EventNote | null = null,
  ): Promise<void> {
    const before = this.#counts.get(conversationId) ?? 0
    this.#counts.set(conversationId, before + types.length)
    const events = types.map((type, place) => ({
      conversationId,
      n: before + place + 1,
      type,
      subject: conversationId,
      requestId: 'RQ1',
      at: this.now,
      note,
      data: targets.length > 0 ? JSON.stringify({ place }) : null,
    }))
    await this.store.transact(async (tx) => {
      await appendEvents(tx, account, events)
      if (targets.length > 0) await wakeLanes(tx, account, [{ conversationId, followers: targets, before }], this.now)
    })
  }

  /** Delivers until nothing is due any more. */
  async deliver(): Promise<void> {
    for (;;) {
      await this.deliverer.tick(this.now)
      const due = await this.deliverer.nextDueAt()
      if (due === null || due > this.now) return
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  async deliveries(): Promise<(DeliveryRow & { word: DeliveryState })[]> {
    const rows = await this.store.read.all(allDeliveries, { account })
    return rows.map((row) => ({ ...row, word: deliveryStates[row.state] as DeliveryState }))
  }

  attempts(deliveryId: string): Promise<DeliveryAttemptRow[]> {
    return this.store.read.all(attemptsOf, { account, deliveryId })
  }

  lanes(conversationId: string): Promise<LaneRow[]> {
    return this.store.transact((tx) => tx.all(lockLanes, { account, conversationIds: [conversationId] }))
  }

  target(id: string): Promise<TargetRow | undefined> {
    return this.store.transact((tx) => tx.get(lockTarget, { account, id }))
  }

  /** As when a process died, or hung for longer than it may. */
  async letLeasesLapse(): Promise<void> {
    await this.store.transact((tx) => tx.run(endLeases, { account }))
  }

  async close(): Promise<void> {
    await this.deliverer.stop()
    await this.store.close()
  }
}

const accountRow: AccountRow = {
  account,
  sid: `AC${'0'.repeat(32)}`,
  name: 'mailroom',
  epoch: 1,
  auth_token: '',
  secondary_auth_token: null,
  webhook_secret: '',
  webhook_secret_at: 0,
  secondary_webhook_secret: null,
  secondary_webhook_secret_at: null,
  created_at: 0,
}

/** Tells one story in a mailroom of its own. */
export async function inMailroom(story: (mailroom: Mailroom) => Promise<void>): Promise<void> {
  const mailroom = await Mailroom.open()
  try {
    await story(mailroom)
  } finally {
    await mailroom.close()
  }
}
