import type { Operator } from './domain/operator.ts'
import type { ParameterValues } from './domain/parameters.ts'
import type { Utterance } from './domain/transcript.ts'

/** What memory has of the customer, in words. */
export interface KnownOfCustomer {
  traits: string[]
  observations: string[]
}

/** One operator with what it is to read. */
export interface OperatorTask {
  account: number
  operator: Operator
  /** Complete: every required parameter has a value. */
  values: ParameterValues
  transcript: readonly Utterance[]
  /** Reads what is known of the customer; left out where rule or operator do not allow it, or nobody is known. */
  recall?: () => Promise<KnownOfCustomer>
}

export interface Answer {
  /** In the form of the operator's format. */
  result: Record<string, unknown>
  /** What made it: the name of a model, or of the local engine. */
  resolvedModel: string
  inputCharacters: number
  outputCharacters: number
  latencyMs: number
  /** Of a model: what it counted. */
  tokens: number | null
  requests: number
  usedMemory: boolean
}

/** A failure is a sentence that holds no text of anybody. */
export type Outcome = { answer: Answer } | { failure: string; tokens?: number; requests?: number }

/** Whatever carries out operators. */
export interface Engine {
  run(task: OperatorTask): Promise<Outcome>
}
