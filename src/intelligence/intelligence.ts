import type { CommandContext } from '../conversations/commands/working.ts'
import type { Outgoing } from '../http/outgoing/client.ts'
import type { Log } from '../kernel/log.ts'
import type { Work } from '../kernel/work.ts'
import type { OverflowPolicy } from '../memory/domain/room.ts'
import type { Engine } from './engine.ts'
import { LocalEngine } from './local/engine.ts'
import { BudgetedEngine } from './models/budget.ts'
import { ModelEngine, type ModelSettings } from './models/engine.ts'
import { RuleExecutions } from './rule-executions.ts'
import { RuleTriggers } from './rule-triggers.ts'
import { dayOf, usageOfDay } from './usage.ts'

export interface IntelligenceSettings {
  maxCharacters: number
  perAccount: number
  observationsPerProfile: number
  summariesPerProfile: number
  memoryOverflow: OverflowPolicy
  /** Undefined: the local engine does what it can. */
  model: (ModelSettings & { tokensPerDay: number | undefined }) | undefined
}

export interface IntelligenceOptions {
  commands: CommandContext
  log: Log
  settings: IntelligenceSettings
  wake: (work: string) => void
  /** Whether more traffic comes than is taken in at once. */
  isIntakeBusy: () => boolean
  /** For a model alone: may go to private addresses. */
  outgoing: Outgoing
}

/** Executions of one rule that may wait in one conversation before what comes is put together with the last. */
const maxWaiting = 3
/** How long new events gather before they are read together, in wall milliseconds. */
const gatherMs = 20

/** The rooms of rules and their executions as the server composes them. */
export class Intelligence {
  readonly works: readonly Work[]
  readonly engine: Engine
  /** What is read of a conversation at most; of more, the newest. */
  readonly maxCharacters: number
  readonly #executions: RuleExecutions
  readonly #wake: () => void
  readonly #pokeExecutions: () => void
  #gathering: NodeJS.Timeout | undefined

  constructor({ commands, log, settings, wake, isIntakeBusy, outgoing }: IntelligenceOptions) {
    const { store, cache } = commands
    this.engine = engineOf(commands, settings.model, outgoing)
    const { memoryOverflow: policy, maxCharacters, perAccount, observationsPerProfile, summariesPerProfile } = settings
    this.maxCharacters = maxCharacters
    const onRoom = () => wake('rule-executions')
    this.#wake = () => wake('rule-triggers')
    this.#pokeExecutions = onRoom
    this.#executions = new RuleExecutions({
      store,
      commands,
      log,
      engine: this.engine,
      maxCharacters,
      perAccount,
      observationsPerProfile,
      summariesPerProfile,
      policy,
      isIntakeBusy,
      onRoom,
    })
    this.works = [new RuleTriggers({ store, cache, maxWaiting, onQueued: onRoom }), this.#executions]
  }

  /** Something happened that rules may follow. */
  hear(): void {
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined
      this.#wake()
    }, gatherMs).unref()
  }

  /** An execution was asked for. */
  pokeExecutions(): void {
    this.#pokeExecutions()
  }

  async stop(): Promise<void> {
    clearTimeout(this.#gathering)
    await this.#executions.stop()
  }
}

function engineOf({ store, clock }: CommandContext, model: IntelligenceSettings['model'], outgoing: Outgoing): Engine {
  if (!model) return new LocalEngine()
  const { tokensPerDay, ...settings } = model
  const engine = new ModelEngine({ outgoing, settings })
  if (tokensPerDay === undefined) return engine
  const usedToday = async (account: number) => {
    const used = await store.read.get(usageOfDay, { account, day: dayOf(await clock.now()) })
    return Number(used?.tokens ?? 0)
  }
  return new BudgetedEngine({ engine, tokensPerDay, usedToday })
}
