import { setTimeout } from 'node:timers/promises'
import type { HttpClient } from './http-client.ts'
import type { Inspection } from './inspection.ts'
import type { Attempt, Journal } from './journal.ts'
import type { Verdict } from './verdict.ts'

export interface Aftermath {
  client: HttpClient
  inspection: Inspection
  journal: Journal
  verdict: Verdict
  /** Begins every claim: which kill this was. */
  when: string
}

/** For one that never completes, whatever else the machine has to do. */
const operationMs = 300_000

/** Operations that were accepted complete, also when the server that accepted them died. */
export async function checkOperations({ client, journal, verdict, when }: Aftermath): Promise<void> {
  const unfinished: unknown[] = []
  for (const path of journal.operations) {
    const deadline = performance.now() + operationMs
    let operation = await client.get(path)
    while (operation.body?.status === 'PENDING' && performance.now() < deadline) {
      await setTimeout(20)
      operation = await client.get(path)
    }
    if (operation.body?.status !== 'COMPLETED') unfinished.push({ path, text: operation.text })
  }
  verdict.none(unfinished, `${when}: every accepted operation completes`)
  journal.operations.clear()
}

/** A request that nobody answered was carried out whole or not at all, and never twice. */
export async function checkUnanswered({ inspection, journal, verdict, when }: Aftermath): Promise<void> {
  const counts = await countTexts(inspection)
  const halves = journal.unanswered.filter(({ texts }) => {
    const found = texts.map((text) => counts.get(text)?.length ?? 0)
    return found.some((times) => times > 1) || new Set(found).size > 1
  })
  verdict.none(
    halves.map(({ texts }) => texts),
    `${when}: no unanswered request is half done or done twice`,
  )
}

/** Sending again what carries a key or a resource id gives the original result. */
export async function repeatUnanswered(aftermath: Aftermath): Promise<void> {
  const { client, inspection, journal, verdict, when } = aftermath
  const different: unknown[] = []
  for (const attempt of journal.unanswered.splice(0)) {
    if (!attempt.repeatable) continue
    const before = await knownCommunication(inspection, attempt)
    const first = await journal.send(client, attempt)
    const known = first?.body?.id ?? first?.body?.results?.[0]?.communicationId
    // Meanwhile the conversation may have been deleted, or closed and so take nothing more, not even what it has.
    const isOver = first?.status === 404 || first?.body?.params?.status === 'CLOSED'
    if (before !== undefined && !isOver && !known?.endsWith(before)) {
      different.push({ attempt: summary(attempt), before, answer: first?.text })
    }
    const again = await client.send(attempt.method, attempt.path, attempt.body, attempt.headers)
    const isKeyed = attempt.headers !== undefined && first !== undefined && first.status < 300
    if (isKeyed && again.text !== first.text) different.push({ attempt: summary(attempt), again: again.text })
  }
  verdict.none(different, `${when}: sending an unanswered request again gives its one result`)
}

/** An answered request with an idempotency key, sent again, is answered byte for byte as before. */
export async function repeatAnswered({ client, journal, verdict, when }: Aftermath): Promise<void> {
  const different: unknown[] = []
  for (const attempt of journal.keyed.splice(0)) {
    const again = await client.send(attempt.method, attempt.path, attempt.body, attempt.headers)
    if (again.text !== attempt.answer?.text || again.status !== attempt.answer.status) {
      different.push({ attempt: summary(attempt), before: attempt.answer?.text, again: again.text })
    }
  }
  verdict.none(different, `${when}: an idempotency key still gives the original answer`)
}

/** Everything that was ever answered with 2xx is there, exactly once, and where the answer said. */
export async function checkAcknowledged({ inspection, journal, verdict, when }: Aftermath): Promise<void> {
  const counts = await countTexts(inspection)
  const astray = [...journal.stored].filter(([text, conversationId]) => {
    if (journal.isGone(conversationId)) return false
    const found = counts.get(text) ?? []
    return found.length !== 1 || found[0] !== conversationId.slice(-26)
  })
  verdict.none(astray, `${when}: every acknowledged communication is there, once`)
  const twice = [...counts].filter(([, conversationIds]) => conversationIds.length > 1)
  verdict.none(twice, `${when}: no communication is there twice`)

  const rows = await inspection.rows('select id, status, deleting from conversation')
  const status = new Map(rows.map((row) => [String(row.id), row]))
  const lost = [...journal.conversations].filter((id) => !journal.isGone(id) && !status.has(id.slice(-26)))
  verdict.none(lost, `${when}: every acknowledged conversation is there`)
  verdict.none(
    [...journal.deleted].filter((id) => status.has(id.slice(-26))),
    `${when}: every deleted conversation is gone`,
  )
  verdict.none(
    [...journal.closed].filter((id) => !journal.isGone(id) && status.get(id.slice(-26))?.status !== 2),
    `${when}: every conversation that was closed is closed`,
  )
  const ids = async (sql: string) => new Set((await inspection.rows(sql)).map(({ id }) => String(id)))
  const profiles = await ids('select id from profile union all select id from profile_alias')
  const configurations = await ids('select id from configuration')
  verdict.none(
    [...journal.profiles].filter((id) => !profiles.has(id.slice(-26))),
    `${when}: every acknowledged profile is there`,
  )
  verdict.none(
    [...journal.configurations].filter((id) => !configurations.has(id.slice(-26))),
    `${when}: every acknowledged configuration is there`,
  )
}

/** What the API tells of a conversation is what its answers promised. */
export async function checkOverHttp(aftermath: Aftermath, conversationIds: readonly string[]): Promise<void> {
  const { client, inspection, verdict, when } = aftermath
  for (const id of conversationIds) {
    const told = await client.list(`/v2/Conversations/${id}/Communications`, 'communications')
    const sql = 'select text from communication where conversation_id = ?'
    const stored = (await inspection.rows(sql, id.slice(-26))).map(({ text }) => String(text))
    const texts = told.map(({ content }) => String(content.text))
    verdict.equal(texts.sort(), stored.sort(), `${when}: the API tells all communications of a conversation`)
  }
}

async function countTexts(inspection: Inspection): Promise<Map<string, string[]>> {
  const rows = await inspection.rows('select text, conversation_id from communication')
  const places = new Map<string, string[]>()
  for (const { text, conversation_id } of rows) {
    const known = places.get(String(text))
    if (known) known.push(String(conversation_id))
    else places.set(String(text), [String(conversation_id)])
  }
  return places
}

/** The id of what an attempt has stored already, if it stored a communication. */
async function knownCommunication(inspection: Inspection, { texts }: Attempt): Promise<string | undefined> {
  const [text] = texts
  if (text === undefined) return undefined
  const [row] = await inspection.rows('select id from communication where text = ?', text)
  return row && String(row.id)
}

function summary({ method, path, texts }: Attempt): string {
  return `${method} ${path} ${texts[0] ?? ''}`
}
