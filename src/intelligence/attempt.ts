import type { Diagnostic } from '../events/report.ts'
import { retryDelayMs } from './domain/retrying.ts'
import type { EngineFailure, ModelUsage } from './engine.ts'
import type { ExecutionRow } from './execution-rows.ts'
import type { ResultRow } from './result-rows.ts'

/** What came of one operator. */
export interface Run {
  result?: ResultRow
  failure?: string
  diagnostics: Diagnostic[]
}

/** What an execution has until now, while it waits to try again those of its operators that are left. */
interface Held {
  configurationVersion: number
  /** Tries that are over. */
  attempts: number
  runs: Record<string, Run>
}

/** One try of an execution. Operators that have ended are not run again; those whose trouble may pass are, a few times. */
export class Attempt {
  readonly usage: ModelUsage = { requests: 0, inputTokens: 0, outputTokens: 0 }
  readonly #held: Held
  readonly #delaysMs: number[] = []

  /** What is held belongs to one version of a configuration; under another one everything is run anew. */
  constructor(execution: ExecutionRow, configurationVersion: number) {
    const held = execution.held === null ? undefined : (JSON.parse(execution.held) as Held)
    const runs = held?.configurationVersion === configurationVersion ? held.runs : {}
    this.#held = { configurationVersion, attempts: held?.attempts ?? 0, runs: { ...runs } }
  }

  /** What came of the operator that is known by this key within its execution; undefined when it is to be tried again. */
  async run(
    key: string,
    tryIt: () => Promise<{ run: Run; usage?: ModelUsage | null; retry?: EngineFailure['retry'] }>,
  ): Promise<Run | undefined> {
    const ended = this.#held.runs[key]
    if (ended) return ended
    const { run, usage, retry } = await tryIt()
    if (usage) add(this.usage, usage)
    const delayMs = retry && retryDelayMs(this.#held.attempts + 1, retry.afterMs)
    if (delayMs !== undefined) {
      this.#delaysMs.push(delayMs)
      return undefined
    }
    this.#held.runs[key] = run
    return run
  }

  /** How long to wait for the next try, and what to keep until then; undefined when every operator has ended. */
  get pending(): { delayMs: number; held: string } | undefined {
    if (this.#delaysMs.length === 0) return undefined
    const held: Held = { ...this.#held, attempts: this.#held.attempts + 1 }
    return { delayMs: Math.max(...this.#delaysMs), held: JSON.stringify(held) }
  }
}

function add(sum: ModelUsage, usage: ModelUsage): void {
  sum.requests += usage.requests
  sum.inputTokens += usage.inputTokens
  sum.outputTokens += usage.outputTokens
}
