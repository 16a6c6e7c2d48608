import { allAccounts } from '../accounts/rows.ts'
import type { CommandContext } from '../conversations/commands/working.ts'
import { newId } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { Moment, Work } from '../kernel/work.ts'
import type { Store } from '../store/store.ts'
import { type FinishContext, finishExecutions, finishExtraction, finishTold } from './commands/finish-executions.ts'
import { extractionRule } from './domain/triggers.ts'
import type { Engine } from './engine.ts'
import { type Executed, type ExecutionContext, executeRule, skipped } from './executing.ts'
import {
  type ExecutionRow,
  executionTable,
  firstWaiting,
  freeExecutions,
  releaseLeases,
  renewLease,
} from './execution-rows.ts'
import { extractMemories } from './extracting.ts'
import { executionDiagnostic } from './findings.ts'
import { SharedReading } from './shared-reading.ts'

export interface RuleExecutionsOptions extends Omit<FinishContext, 'now' | 'store'> {
  store: Store
  commands: CommandContext
  log: Log
  engine: Engine
  /** What an execution reads at most; of more, the newest. */
  maxCharacters: number
  /** Executions of one account under way at once in this process. */
  perAccount: number
  /** Whether more traffic comes than is taken in at once, so that executions give way. */
  isIntakeBusy: () => boolean
  /** Called when there is room for more of what was left waiting, so that the loop looks again. */
  onRoom: () => void
}

/** How long a claimed execution stays with this process, in wall milliseconds, unless it is renewed. */
const leaseMs = 5 * 60_000
/** A lease that ends so soon is renewed, as long as the execution is under way. */
const renewedMs = 3 * 60_000
/** An execution that was begun so often, and whose process ended each time, is begun no more. */
const maxTries = 5
/** So long after a claim, in wall milliseconds, another is made however few places are free. */
const claimPauseMs = 20
/** The same while more traffic comes than is taken in at once: who waits for an answer goes before analysis. */
const givingWayMs = 100
/** How long one that has ended waits for others that are under way, in wall milliseconds. */
const gatherMs = 10
/** How many that ended together share a commit. */
const maxPerCommit = 64

const ever = Number.MAX_SAFE_INTEGER
/** No id comes after it. */
const anything = { now: ever, id: '~' }

/** What those that were claimed together share. */
interface Beginning {
  reading: SharedReading
  /** Business time. */
  now: number
}

/**
 * Carries out what rules were triggered to do. Rows are claimed with a lease, the earliest of each rule and conversation
 * first; what came of one is saved together with its end, so that a process that dies leaves either all of it or nothing.
 */
export class RuleExecutions implements Work {
  readonly name = 'rule-executions'
  readonly followsRequests = true
  readonly #options: RuleExecutionsOptions
  /** By account: what is under way, and the id of what brought it about. */
  readonly #running = new Map<number, Map<Promise<void>, string>>()
  readonly #claimedAt = new Map<number, number>()
  readonly #leased = new Map<string, { execution: ExecutionRow; until: number }>()
  readonly #ended: { executed: Executed; now: number; resolve: () => void; reject: (error: unknown) => void }[] = []
  #saving = false
  #gathering: NodeJS.Timeout | undefined
  #stopping = false
  #isFresh = true
  /** The earliest cause of those that ended since somebody asked. */
  #endedCause: string | undefined

  constructor(options: RuleExecutionsOptions) {
    this.#options = options
  }

  /** Begins what is due and has room; answers how much. Does not wait for it to end. */
  async tick(now: number): Promise<number> {
    const accounts = await this.#options.store.read.all(allAccounts, {})
    if (this.#isFresh) await this.#takeBack(accounts)
    await this.#renew()
    let begun = 0
    for (const { account } of accounts) {
      const running = this.#runningOf(account)
      const room = this.#options.perAccount - running.size
      if (this.#stopping || room <= 0 || !this.#isWorthAClaim(account, running)) continue
      const claimed = await this.#claim(account, now, room)
      if (claimed.length === 0) continue
      const reading = this.#reading(account, claimed)
      for (const execution of claimed) this.#begin(running, execution, { reading, now })
      begun += claimed.length
    }
    return begun
  }

  async nextDueAt(asOf?: Moment): Promise<number | null> {
    const { read } = this.#options.store
    let earliest: number | null = null
    for (const { account } of await read.all(allAccounts, {})) {
      const [first] = await firstWaiting(read, { account, dueBy: ever, freeBy: ever, asOf: asOf ?? anything }, 1)
      if (first && (earliest === null || first.dueAt < earliest)) earliest = first.dueAt
    }
    // Its row may be gone already when its end is still to be told.
    if (asOf && this.#isRunning(asOf.id)) return Math.min(earliest ?? asOf.now, asOf.now)
    return earliest
  }

  takeEnded(id: string): boolean {
    const cause = this.#endedCause
    this.#endedCause = undefined
    return cause !== undefined && cause < id
  }

  /** Begins nothing more and waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#options.engine.stop?.()
    await Promise.allSettled([...this.#running.values()].flatMap((running) => [...running.keys()]))
  }

  /** Only one process works on a SQLite file: what is claimed when it starts was claimed by one that is gone. */
  async #takeBack(accounts: readonly { account: number }[]): Promise<void> {
    const { store } = this.#options
    if (store.dialect === 'sqlite') {
      for (const { account } of accounts) await store.transact((tx) => tx.run(releaseLeases, { account }))
    }
    this.#isFresh = false
  }

  async #renew(): Promise<void> {
    const until = Date.now() + leaseMs
    for (const one of this.#leased.values()) {
      const { account, id, lease } = one.execution
      if (lease === null || one.until > until - leaseMs + renewedMs) continue
      await this.#options.store.transact((tx) => tx.run(renewLease, { account, id, lease, until }))
      one.until = until
    }
  }

  async #claim(account: number, now: number, limit: number): Promise<ExecutionRow[]> {
    const { store } = this.#options
    const wall = Date.now()
    // Mostly nothing is due, and then the one who writes has not to wait for a look.
    const waiting = { account, dueBy: now, freeBy: wall, asOf: anything }
    const first = await firstWaiting(store.read, waiting, limit)
    if (first.length === 0) return []
    const place = { account, now, wall, ids: first.map(({ id }) => id) }
    const lease = newId()
    return store.transact(async (tx) => {
      const found = await tx.all(freeExecutions, place)
      const leased_until = wall + leaseMs
      const claimed = found.map((row) => ({ ...row, lease, leased_until, tries: row.tries + 1 }))
      await tx.update(executionTable, ['account', 'id'], ['lease', 'leased_until', 'tries'], claimed)
      return claimed
    })
  }

  /** Claims are made for several at once: when half of the places are free, or a while after the last claim; a longer while where much traffic comes. */
  #isWorthAClaim(account: number, running: ReadonlyMap<unknown, unknown>): boolean {
    const at = performance.now()
    const sinceMs = at - (this.#claimedAt.get(account) ?? Number.NEGATIVE_INFINITY)
    const isWorthIt = this.#options.isIntakeBusy()
      ? sinceMs >= givingWayMs
      : running.size * 2 <= this.#options.perAccount || sinceMs >= claimPauseMs
    if (isWorthIt) this.#claimedAt.set(account, at)
    return isWorthIt
  }

  #reading(account: number, claimed: readonly ExecutionRow[]): SharedReading {
    const { store, commands } = this.#options
    return new SharedReading(
      { read: store.read, cache: commands.cache, account },
      {
        configurationIds: claimed.map(({ configuration_id }) => configuration_id),
        conversationIds: claimed.map(({ conversation_id }) => conversation_id),
      },
    )
  }

  #begin(running: Map<Promise<void>, string>, execution: ExecutionRow, at: Beginning): void {
    this.#leased.set(execution.id, { execution, until: execution.leased_until ?? 0 })
    const ended = this.#carryOut(execution, at)
      .catch((error: unknown) =>
        this.#options.log.error({ err: error, executionId: execution.id }, 'an execution of a rule failed'),
      )
      .finally(() => {
        running.delete(ended)
        this.#leased.delete(execution.id)
        if (this.#endedCause === undefined || execution.cause_id < this.#endedCause)
          this.#endedCause = execution.cause_id
        this.#options.onRoom()
      })
    running.set(ended, execution.cause_id)
  }

  async #carryOut(execution: ExecutionRow, { reading, now }: Beginning): Promise<void> {
    const { store, commands, engine, maxCharacters } = this.#options
    const context = { read: store.read, reading, engine, maxCharacters, now }
    const executed = await this.#execute(context, execution)
    if (this.#stopping && executed.outcome !== 'SUCCEEDED') return this.#giveBack(executed)
    const finishing = { ...this.#options, now }
    if (executed.pending) return this.#finish(executed, await commands.clock.now())
    const isTold = executed.results.length > 0 && (executed.rule?.rule.actions.length ?? 0) > 0
    if (executed.remembered) await finishExtraction(finishing, executed)
    else if (isTold) await finishTold(commands, finishing, executed)
    else await this.#finish(executed, now)
  }

  async #execute(context: ExecutionContext, execution: ExecutionRow): Promise<Executed> {
    if (execution.tries > maxTries) {
      const message = `The execution was begun ${maxTries} times and never ended.`
      const diagnostic = executionDiagnostic(execution, { level: 'error', code: 95305, message }, context.now)
      return { ...skipped(execution, message), outcome: 'FAILED', diagnostics: [diagnostic] }
    }
    return execution.rule_id === extractionRule ? extractMemories(context, execution) : executeRule(context, execution)
  }

  /** What was given up because this process ends is done by the next one, as if it had not been begun. */
  #giveBack({ execution, usage }: Executed): Promise<void> {
    const pending = { delayMs: 0, held: execution.held }
    return this.#finish({ ...skipped(execution, ''), usage, pending }, execution.due_at ?? execution.triggered_at)
  }

  /** What ends within a moment, or while earlier ones are being written, shares a commit. */
  #finish(executed: Executed, now: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#ended.push({ executed, now, resolve, reject })
      const running = [...this.#running.values()].reduce((sum, { size }) => sum + size, 0)
      if (this.#ended.length >= running) void this.#save()
      else this.#gathering ??= setTimeout(() => void this.#save(), gatherMs)
    })
  }

  async #save(): Promise<void> {
    clearTimeout(this.#gathering)
    this.#gathering = undefined
    if (this.#saving) return
    this.#saving = true
    while (this.#ended.length > 0) {
      const account = this.#ended[0]?.executed.execution.account
      const others = this.#ended.findIndex(({ executed }) => executed.execution.account !== account)
      const taken = this.#ended.splice(0, Math.min(maxPerCommit, others === -1 ? this.#ended.length : others))
      const now = Math.max(...taken.map((one) => one.now))
      try {
        await finishExecutions(
          { ...this.#options, now },
          taken.map(({ executed }) => executed),
        )
        for (const { resolve } of taken) resolve()
      } catch (error) {
        for (const { reject } of taken) reject(error)
      }
    }
    this.#saving = false
  }

  #isRunning(beforeId: string): boolean {
    return [...this.#running.values()].some((running) => [...running.values()].some((cause) => cause < beforeId))
  }

  #runningOf(account: number): Map<Promise<void>, string> {
    const known = this.#running.get(account)
    if (known) return known
    const running = new Map<Promise<void>, string>()
    this.#running.set(account, running)
    return running
  }
}
