import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Work } from '../kernel/work.ts'
import type { OperationHandler } from '../operations/operation.ts'
import type { Store } from '../store/store.ts'
import type { OrchestratorSettings } from './settings.ts'

export interface ConversationsOptions {
  store: Store
  clock: Clock
  log: Log
  settings: OrchestratorSettings
}

/** The orchestrator as `server.ts` composes it: what outlives a request. */
export class Conversations {
  readonly options: ConversationsOptions
  readonly operationHandlers: Readonly<Record<string, OperationHandler>> = {}
  readonly works: readonly Work[] = []

  constructor(options: ConversationsOptions) {
    this.options = options
  }
}
