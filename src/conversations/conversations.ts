import type { Vault } from '../accounts/vault.ts'
import type { Counts } from '../events/domain/series.ts'
import { type HashAddress, IgnoredInput } from '../events/ignored-input.ts'
import type { Tallies } from '../events/tallies.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Work } from '../kernel/work.ts'
import type { IdentityEffects } from '../memory/effects.ts'
import type { OperationHandler } from '../operations/operation.ts'
import type { Store } from '../store/store.ts'
import { AccountCache } from './account-cache.ts'
import { configurationHandlers } from './commands/apply-configuration.ts'
import { ClosedConversation } from './commands/claiming.ts'
import { closeConversationsKind, closingHandler } from './commands/close-conversations.ts'
import { deleteConversationKind, deletionHandler, type ForgetConversation } from './commands/delete-conversation.ts'
import type { TrafficResult } from './commands/traffic-result.ts'
import type { CommandContext } from './commands/working.ts'
import { diagnostics } from './domain/diagnostics.ts'
import { identityEffects } from './identity-effects.ts'
import { ignoredTraffic } from './ignored-traffic.ts'
import type { ReactToBridged } from './reactions.ts'
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
  /** Counts what happens, for charts. */
  tallies: Tallies
  /** Hashes what may not be kept as it is. */
  vault: Vault
  /** Deletes what upper rooms keep of a conversation, when it is deleted. */
  alsoForget?: readonly ForgetConversation[]
  /** Carries changes of bridged conversations over to their classic service. */
  onBridged?: ReactToBridged
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
  readonly ignored: IgnoredInput
  readonly hashAddress: HashAddress
  /** What merges of profiles and their undoing mean here. */
  readonly identityEffects: IdentityEffects

  constructor(options: ConversationsOptions) {
    const { store, clock, log, settings, onFollowed, tallies, vault, alsoForget = [], onBridged } = options
    this.settings = settings
    this.cache = new AccountCache(settings)
    this.hashAddress = (account, key) => vault.hash(`address ${account} ${key}`)
    const ignored = new IgnoredInput({ store, hash: this.hashAddress, log })
    this.ignored = ignored
    this.commands = {
      store,
      clock,
      cache: this.cache,
      settings,
      ...(onBridged === undefined ? {} : { onBridged }),
      onFollowed,
      onHappened: (account, now, happened) => tallies.count(account, now, happened),
      onRefused: (refusal, { account, requestId }, now) => {
        if (!(refusal instanceof ClosedConversation)) return
        const { conversationId } = refusal
        ignored.count(
          { account, ...diagnostics.closed, level: 'warning', channel: null, requestId, conversationId },
          now,
        )
      },
    }
    this.identityEffects = identityEffects(this.commands)
    this.intake = new TrafficIntake({
      ...this.commands,
      onTaken: (account, request, result, now) => {
        const missed = missedBy(result)
        if (missed) tallies.count(account, now, missed)
        for (const one of ignoredTraffic(account, request, result)) ignored.count(one, now)
      },
    })
    this.operationHandlers = {
      ...configurationHandlers(settings.limits),
      [deleteConversationKind]: deletionHandler(store, alsoForget),
      [closeConversationsKind]: closingHandler(this.commands),
    }
    this.works = [new Timers(this.commands), ignored]
  }
}

function missedBy({ outcome }: TrafficResult): Partial<Counts> | undefined {
  if (outcome === 'DUPLICATE') return { duplicates: 1 }
  if (outcome === 'NOT_CAPTURED') return { notCaptured: 1 }
  return outcome === 'REFUSED' ? { refused: 1 } : undefined
}
