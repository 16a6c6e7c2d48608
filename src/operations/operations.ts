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

interface Turn {
  account: number
  after: string
  now: number
}

/** Carries out pending operations, each in one transaction that also completes it, or has its turn of it. Any node may run it. */
export class Operations implements Work {
  readonly name = 'operations'
  readonly #options: OperationsOptions

  constructor(options: OperationsOptions) {
    this.#options = options
  }

  async tick(now: number): Promise<number> {
    let done = 0
    const afterCommit = new Set<() => Promise<void>>()
    for (const { account } of await this.#options.store.read.all(accountsWithPending, {})) {
      const turn = (after: string) => this.#runOne({ account, after, now }, afterCommit)
      for (let id = await turn(''); id !== undefined; id = await turn(id)) done += 1
    }
    for (const work of afterCommit) await this.#follow(work)
    return done
  }

  /** When the oldest pending operation was accepted: each is due at once. */
  async nextDueAt(): Promise<number | null> {
    return (await this.#options.store.read.get(oldestPending, {}))?.created_at ?? null
  }

  /** The oldest that nobody has at hand after one that has had its turn; answers its id. */
  async #runOne({ account, after, now }: Turn, afterCommit: Set<() => Promise<void>>): Promise<string | undefined> {
    const refused: { operation?: Operation } = {}
    try {
      const outcome = await this.#options.store.transact(async (tx): Promise<OperationOutcome | undefined> => {
        const row = await tx.get(claimPending, { account, after })
        if (!row) return undefined
        const operation = operationOf(row)
        refused.operation = operation
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
      return outcome && refused.operation?.id
    } catch (error) {
      if (!(error instanceof Failure) || error.kind === 'unavailable' || !refused.operation) throw error
      await this.#refuse(account, refused.operation, error, now)
      return refused.operation.id
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
