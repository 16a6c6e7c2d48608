import type { Operator } from './domain/operator.ts'
import type { ParameterValues } from './domain/parameters.ts'
import type { Utterance } from './domain/transcript.ts'

/** Reads what memory has of the customer, in words, the latest first. Neither throws: what can not be read is nothing. */
export interface Recall {
  traits(): Promise<string[]>
  observations(): Promise<string[]>
}

/** One operator with what it is to read. */
export interface OperatorTask {
  account: number
  operator: Operator
  /** Complete: every required parameter has a value. */
  values: ParameterValues
  transcript: readonly Utterance[]
  /** Left out where rule or operator do not allow it, or nobody is known. */
  recall?: Recall
}

/** What a model was asked and what it counted. */
export interface ModelUsage {
  requests: number
  inputTokens: number
  outputTokens: number
}

export interface Answer {
  /** In the form of the operator's format. */
  result: Record<string, unknown>
  /** What made it: the name of a model, or of the local engine. */
  resolvedModel: string
  inputCharacters: number
  outputCharacters: number
  latencyMs: number
  /** Null: no model was asked. */
  usage: ModelUsage | null
  usedMemory: boolean
}

export interface EngineFailure {
  /** A sentence that holds no text of anybody. */
  failure: string
  usage?: ModelUsage
  /** Another try may succeed: in so many milliseconds at the earliest, where somebody said so. */
  retry?: { afterMs: number | null }
}

export type Outcome = { answer: Answer } | EngineFailure

/** Whatever carries out operators. */
export interface Engine {
  run(task: OperatorTask): Promise<Outcome>
  /** Gives up what is under way; it may be tried again by the next process. */
  stop?(): void
}
