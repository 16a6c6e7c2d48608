import { Failure } from '../kernel/failure.ts'
import type { Log } from '../kernel/log.ts'
import type { Work } from '../kernel/work.ts'
import type { Store } from '../store/store.ts'
import {
  type Operation,
  type OperationError,
  type OperationHandler,
  type OperationOutcome,
  operationOf,
} from './operation.ts'
import { accountsWithPending, claimPending, continueOperation, finishOperation, oldestPending } from './rows.ts'

export interface OperationsOptions {
  store: Store
  log: Log
  /** By kind; a kind without handler fails its operations loudly. */
  handlers: Readonly<Record<string, OperationHandler>>
}

interface Round {
  now: number
  done: number
  afterCommit: Set<() => Promise<void>>
  troubles: unknown[]
}

/** Carries out pending operations, each in one transaction that also completes it, or has its turn of it. Any node may run it. */
export class Operations implements Work {
  readonly name = 'operations'
  readonly #options: OperationsOptions

  constructor(options: OperationsOptions) {
    this.#options = options
  }

  /** One that can not be carried out for now keeps none of the others from their turn; its trouble is thrown when they have had it. */
  async tick(now: number): Promise<number> {
    const round: Round = { now, done: 0, afterCommit: new Set(), troubles: [] }
    for (const { account } of await this.#options.store.read.all(accountsWithPending, {})) {
      let id: string | undefined = ''
      while (id !== undefined) id = await this.#runOne(account, id, round)
    }
    for (const work of round.afterCommit) await this.#follow(work)
    if (round.troubles.length > 0) throw round.troubles[0]
    return round.done
  }

  /** When the oldest pending operation was accepted: each is due at once. */
  async nextDueAt(): Promise<number | null> {
    return (await this.#options.store.read.get(oldestPending, {}))?.created_at ?? null
  }

  /** The oldest that nobody has at hand after one that has had its turn; answers its id. */
  async #runOne(account: number, after: string, round: Round): Promise<string | undefined> {
    const { now, afterCommit, troubles } = round
    const claimed: { operation?: Operation } = {}
    try {
      const outcome = await this.#options.store.transact(async (tx): Promise<OperationOutcome | undefined> => {
        const row = await tx.get(claimPending, { account, after })
        if (!row) return undefined
        const operation = operationOf(row)
        claimed.operation = operation
        const handler = this.#options.handlers[operation.kind]
        if (!handler) throw new Failure('invalid', `No handler for operations of kind ${operation.kind}.`)
        const outcome = await handler(tx, account, operation, now)
        const { id } = operation
        if (outcome.next !== undefined) {
          await tx.run(continueOperation, { account, id, input: JSON.stringify(outcome.next) })
          return outcome
        }
        const result = outcome.resultId ? JSON.stringify({ id: outcome.resultId, type: 'RESOURCE_ID' }) : null
        await tx.run(finishOperation, { account, id, state: 1, result, error: null, now })
        return outcome
      })
      if (outcome?.afterCommit) afterCommit.add(outcome.afterCommit)
      if (outcome) round.done += 1
      return outcome && claimed.operation?.id
    } catch (error) {
      // What could not even be claimed is no operation's trouble.
      if (!claimed.operation) throw error
      if (!(error instanceof Failure) || error.kind === 'unavailable') troubles.push(error)
      else {
        await this.#refuse(account, claimed.operation, error, now)
        round.done += 1
      }
      return claimed.operation.id
    }
  }

  async #refuse(account: number, operation: Operation, failure: Failure, now: number): Promise<void> {
    const error = JSON.stringify(problemOf(failure))
    await this.#options.store.transact((tx) =>
      tx.run(finishOperation, { account, id: operation.id, state: 2, result: null, error, now }),
    )
  }

  /** Its failure does not undo what has been committed. */
  async #follow(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#options.log.error({ err: error }, 'what follows an operation failed')
    }
  }
}

const statusOf = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  precondition: 412,
  limit: 400,
  unprocessable: 422,
  busy: 429,
  unavailable: 503,
}

function problemOf(failure: Failure): OperationError {
  const code = failure.details.code ?? 20001
  const title = code === 21614 ? 'Invalid phone number' : failure.kind === 'conflict' ? 'Conflict' : 'Bad request'
  return { code, status: statusOf[failure.kind], title, detail: failure.message }
}
