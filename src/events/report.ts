import { newId } from '../kernel/ids.ts'
import type { Tx } from '../store/store.ts'
import { diagnosticTable } from './diagnostic-rows.ts'

export type DiagnosticLevel = 'info' | 'warning' | 'error'

/** Something an operator should know that belongs to no conversation's history. Holds no text; addresses only as hashes. */
export interface Diagnostic {
  level: DiagnosticLevel
  code: number
  message: string
  /** Wire id of what it is about. */
  resource?: string
  channel?: string
  details?: Record<string, unknown>
  requestId?: string
  /** How often it happened, where it stands for several. */
  count?: number
  /** Business time. */
  at: number
}

export async function reportDiagnostic(tx: Tx, account: number, diagnostic: Diagnostic): Promise<void> {
  await tx.insert(diagnosticTable, [
    {
      account,
      id: newId(),
      level: diagnostic.level,
      code: diagnostic.code,
      message: diagnostic.message,
      resource: diagnostic.resource ?? null,
      channel: diagnostic.channel ?? null,
      details: diagnostic.details ? JSON.stringify(diagnostic.details) : null,
      request_id: diagnostic.requestId ?? '',
      count: diagnostic.count ?? 1,
      at: diagnostic.at,
    },
  ])
}
