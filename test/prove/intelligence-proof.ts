import type { ModelStub } from '../model-stub.ts'
import type { DatabaseKind, Installation } from './installation.ts'
import type { Random } from './random.ts'
import type { Verdict } from './verdict.ts'

export interface IntelligenceProofOptions {
  database: DatabaseKind
  conversations: number
  /** Of each conversation, before it is left alone. */
  messages: number
  kills: number
  random: Random
  verdict: Verdict
  fast: boolean
}

/** So many communications make the second rule run. */
export const counted = 3

export interface IntelligenceProof extends IntelligenceProofOptions {
  installation: Installation
  stub: ModelStub
  business: string
  memoryStoreId: string
  profileIds: string[]
  /** Wire ids of the rules: of each communication, of every third, of INACTIVE, of the end, and on demand. */
  rules: string[]
  configurationId: string
  /** Of executions that were asked for: those that were accepted, and those that may have been. */
  asked: { accepted: number; tried: number }
}
