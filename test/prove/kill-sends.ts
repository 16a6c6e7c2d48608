import { idOfSid } from '../../src/kernel/sids.ts'
import type { Aftermath } from './kill-checks.ts'

/**
 * Whatever was accepted to be sent has gone out once: one message of the network for each, under the SID that was answered; of an
 * action, one communication at most, in its conversation, unless that was closed before.
 */
export async function checkSends({ client, inspection, journal, verdict, when }: Aftermath): Promise<void> {
  const messages = await byText(inspection.rows('select id, body as text from message'))
  const said = await byText(inspection.rows('select id, text from communication'))
  const gone = new Set([...messages].filter(([, ids]) => ids.length > 1).map(([text]) => text))
  verdict.none([...gone], `${when}: nothing was sent twice`)
  const missing = [...journal.sent].filter(([text, sid]) => {
    const ids = messages.get(text) ?? []
    // A deleted conversation takes its messages with it.
    return ids.length === 0 ? said.has(text) : ids[0] !== idOf(sid)
  })
  verdict.none(missing, `${when}: every accepted message is there, under its SID`)
  const open: unknown[] = []
  for (const [path, { text, conversationId }] of [...journal.actions]) {
    if (journal.isGone(conversationId)) continue
    const { status, body } = await client.get(path)
    const isOver = status === 200 && body.status === 'COMPLETED'
    const { communicationId, messageSid } = body?.related ?? {}
    const sent = messages.get(text) ?? []
    const words = said.get(text) ?? []
    // Nothing is said in a conversation that was closed first; what was sent just before a kill is then known to nobody.
    const isRefused = status === 200 && body.status === 'FAILED' && /CLOSED/.test(body.failureReason)
    if (isRefused && sent.length <= 1 && words.length === 0) continue
    const holds =
      isOver &&
      sent.length === 1 &&
      sent[0] === idOf(String(messageSid)) &&
      (communicationId === undefined ? words.length === 0 : words[0] === communicationId.slice(-26))
    if (!holds) open.push({ path, status, body, sent, words })
  }
  verdict.none(open, `${when}: every accepted action was carried out, once`)
}

function idOf(sid: string): string | undefined {
  return idOfSid(['SM', 'MM'], sid)
}

async function byText(rows: Promise<Record<string, string | number | null>[]>): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  for (const { id, text } of await rows) found.set(String(text), [...(found.get(String(text)) ?? []), String(id)])
  return found
}
