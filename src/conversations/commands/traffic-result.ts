import type { Reason } from '../domain/diagnostics.ts'
import type { TrafficTrace } from '../domain/trace.ts'
import type { TrafficItem } from '../domain/traffic.ts'

export interface TrafficRequest {
  item: TrafficItem
  requestId: string
}

export interface TrafficResult {
  outcome: 'CAPTURED' | 'DUPLICATE' | 'NOT_CAPTURED' | 'REFUSED'
  /** Without prefix. */
  conversationId: string | null
  communicationId: string | null
  /** Whether the conversation was created for this item. */
  created: boolean
  reason: Reason | null
  /** Why it is where it is; only in an explanation, and where something is placed. */
  trace: TrafficTrace | null
  /** Codes of what was odd about it, where its conversation has been told before. */
  repeated?: readonly number[]
}

/** Of an item that came to nothing. */
export const nothing = { conversationId: null, communicationId: null, created: false, reason: null, trace: null }
