import type { Clock } from '../../kernel/clock.ts'
import type { Store, Tx } from '../../store/store.ts'
import type { AccountCache, AccountKnowledge } from '../account-cache.ts'
import type { ReactToBridged } from '../reactions.ts'
import type { OrchestratorSettings } from '../settings.ts'
import { UnitOfWork } from '../unit-of-work.ts'

/** What commands of this room need; none of it belongs to one request. */
export interface CommandContext {
  store: Store
  clock: Clock
  cache: AccountCache
  settings: OrchestratorSettings
  onBridged?: ReactToBridged
  /** Called after a commit that followers should hear of. */
  onFollowed: () => void
  /** Called after a commit, with what is worth counting of it. */
  onHappened?: OnHappened
  /** Called when a command was refused; nothing of it is saved. */
  onRefused: (refusal: unknown, request: Request, now: number) => void
}

/** Hears, for charts, what has happened in an account at an instant of business time. */
export type OnHappened = (account: number, now: number, happened: Readonly<UnitOfWork['happened']>) => void

/** Who asks, and under which request id. */
export interface Request {
  account: number
  requestId: string
}

export interface Working {
  tx: Tx
  account: number
  requestId: string
  now: number
  knowledge: AccountKnowledge
  settings: OrchestratorSettings
  /** A unit of work with nothing loaded; `save` is called after the command's function. */
  work: UnitOfWork
  /** One more, for reading before anything is locked; it is never saved. */
  glance: () => UnitOfWork
}

/** Runs a command's function in one transaction and saves what its unit of work gathered. */
export async function work<T>(
  context: CommandContext,
  request: Request,
  fn: (working: Working) => Promise<T>,
): Promise<T> {
  const { store, clock, cache, settings, onBridged, onFollowed, onHappened, onRefused } = context
  const reacting = onBridged === undefined ? {} : { onBridged }
  const { account, requestId } = request
  const now = await clock.now()
  let followed = false
  let happened: UnitOfWork['happened'] | undefined
  const decided = store.transact(async (tx) => {
    const knowledge = await cache.know(tx, account)
    const glance = () => new UnitOfWork(tx, { account, cache, knowledge, now, requestId, ...reacting })
    const unitOfWork = glance()
    const result = await fn({ tx, account, requestId, now, knowledge, settings, work: unitOfWork, glance })
    await unitOfWork.save(tx)
    followed = unitOfWork.followed
    happened = unitOfWork.happened
    return result
  })
  const result = await decided.catch((error: unknown) => {
    onRefused(error, request, now)
    throw error
  })
  if (happened) onHappened?.(account, now, happened)
  if (followed) onFollowed()
  return result
}
