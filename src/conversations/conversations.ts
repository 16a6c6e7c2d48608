import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Work } from '../kernel/work.ts'
import type { OperationHandler } from '../operations/operation.ts'
import type { Store } from '../store/store.ts'
import { AccountCache } from './account-cache.ts'
import { configurationHandlers } from './commands/apply-configuration.ts'
import { deleteConversationKind, deletionHandler } from './commands/delete-conversation.ts'
import type { CommandContext } from './commands/working.ts'
import type { OrchestratorSettings } from './settings.ts'
import { Timers } from './timers.ts'
import { TrafficIntake } from './traffic-intake.ts'

export interface ConversationsOptions {
  store: Store
  clock: Clock
  log: Log
  settings: OrchestratorSettings
  /** Called after a commit that followers should hear of. */
  onFollowed: () => void
}

/** The orchestrator as the server composes it: what outlives a request. */
export class Conversations {
  readonly cache: AccountCache
  readonly intake: TrafficIntake
  readonly settings: OrchestratorSettings
  /** What the commands of this room are called with. */
  readonly commands: CommandContext
  readonly operationHandlers: Readonly<Record<string, OperationHandler>>
  readonly works: readonly Work[]

  constructor({ store, clock, settings, onFollowed }: ConversationsOptions) {
    this.settings = settings
    this.cache = new AccountCache(settings)
    this.commands = { store, clock, cache: this.cache, settings, onFollowed }
    this.intake = new TrafficIntake(this.commands)
    this.operationHandlers = {
      ...configurationHandlers(settings.limits),
      [deleteConversationKind]: deletionHandler(store),
    }
    this.works = [new Timers(this.commands)]
  }
}
