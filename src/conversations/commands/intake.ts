import type { AccountKnowledge } from '../account-cache.ts'
import type { Communication, Stream } from '../domain/conversation.ts'
import type { OrchestratorSettings } from '../settings.ts'
import type { UnitOfWork } from '../unit-of-work.ts'

/** Streams by the call that they transcribe. */
export type Streams = Map<string, Stream>

/** What decisions are made from, beside the conversations in the unit of work. */
export interface Intake {
  work: UnitOfWork
  knowledge: AccountKnowledge
  settings: OrchestratorSettings
  /** Communications by resource id: what a duplicate or a delivery status refers to. */
  resources: Map<string, Communication[]>
  streams: Streams
  /** Whether results are to say why; it is recomputed from what is stored otherwise. */
  explain: boolean
}
