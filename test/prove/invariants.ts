import type { Inspection } from './inspection.ts'
import type { Verdict } from './verdict.ts'

const ofConversation = (table: string) => `
  select x.conversation_id from ${table} x
  left join conversation c on c.account = x.account and c.id = x.conversation_id
  where c.id is null`

/** What must never be found, whatever happened: the claim and the statement that looks for exceptions to it. */
const exceptions: Readonly<Record<string, string>> = {
  'no grouping key is held by a conversation that is closed, being deleted or gone': `
    select k.key, k.conversation_id, c.status, c.deleting from grouping_key k
    left join conversation c on c.account = k.account and c.id = k.conversation_id
    where c.id is null or c.status = 2 or c.deleting = 1`,
  'the events of every conversation are numbered from 1 without gaps': `
    select c.id, c.event_count, count(e.n) as events, max(e.n) as last from conversation c
    left join event e on e.account = c.account and e.conversation_id = c.id
    group by c.account, c.id, c.event_count
    having count(e.n) <> c.event_count or coalesce(max(e.n), 0) <> c.event_count or coalesce(min(e.n), 0) <> 1`,
  'every conversation begins by being created, once': `
    select c.id from conversation c
    where 1 <> (select count(*) from event e where e.account = c.account and e.conversation_id = c.id
      and e.type = 'CONVERSATION_CREATED' and e.subject = c.id and e.n = 1)`,
  'every communication has been announced, once': `
    select m.id from communication m
    where 1 <> (select count(*) from event e where e.account = m.account and e.conversation_id = m.conversation_id
      and e.type = 'COMMUNICATION_CREATED' and e.subject = m.id)`,
  'every announced communication is there': `
    select e.conversation_id, e.subject from event e
    left join communication m on m.account = e.account and m.id = e.subject
    where e.type = 'COMMUNICATION_CREATED' and (m.id is null or m.conversation_id <> e.conversation_id)`,
  'every participant has been announced, once': `
    select p.id from participant p
    where 1 <> (select count(*) from event e where e.account = p.account and e.conversation_id = p.conversation_id
      and e.type = 'PARTICIPANT_ADDED' and e.subject = p.id)`,
  'every announced participant is there, unless it was removed': `
    select e.conversation_id, e.subject from event e
    left join participant p on p.account = e.account and p.conversation_id = e.conversation_id and p.id = e.subject
    where e.type = 'PARTICIPANT_ADDED' and p.id is null and not exists (
      select 1 from event r where r.account = e.account and r.conversation_id = e.conversation_id
        and r.type = 'PARTICIPANT_REMOVED' and r.subject = e.subject)`,
  'every open conversation will wake, and no other': `
    select id, status, wake_at from conversation
    where (wake_at is null) <> (status = 2 or deleting = 1)`,
  'no communication is without its conversation': ofConversation('communication'),
  'no participant is without its conversation': ofConversation('participant'),
  'no event is without its conversation': ofConversation('event'),
  'no reference is without its conversation': ofConversation('reference'),
  'no stream is without its conversation': ofConversation('stream'),
  'every version of a configuration is kept, numbered without gaps': `
    select c.id, c.version, count(v.version) as versions from configuration c
    left join configuration_version v on v.account = c.account and v.configuration_id = c.id
    group by c.account, c.id, c.version having count(v.version) <> c.version or max(v.version) <> c.version`,
  'every kept answer is a whole one': `
    select idempotency_key from idempotency where status = 0`,
  'every identifier belongs to a profile': `
    select i.value from identifier i
    left join profile p on p.account = i.account and p.store_id = i.store_id and p.id = i.profile_id
    where p.id is null`,
  'every retired profile id leads straight to a profile': `
    select a.id from profile_alias a
    left join profile p on p.account = a.account and p.store_id = a.store_id and p.id = a.canonical_id
    where p.id is null`,
}

/** Checks what must be true of the database at any instant, whatever has been done to the servers. */
export async function checkInvariants(inspection: Inspection, verdict: Verdict, when: string): Promise<void> {
  for (const [claim, sql] of Object.entries(exceptions)) {
    verdict.none(await inspection.rows(sql), `${when}: ${claim}`)
  }
  await checkParties(inspection, verdict, when)
}

/** Authors and recipients are, or were, participants of their conversation. */
async function checkParties(inspection: Inspection, verdict: Verdict, when: string): Promise<void> {
  const added = await inspection.rows(`select conversation_id, subject from event where type = 'PARTICIPANT_ADDED'`)
  const known = new Set(added.map((row) => `${row.conversation_id} ${row.subject}`))
  const strangers: unknown[] = []
  for (const row of await inspection.rows('select id, conversation_id, author, recipients from communication')) {
    const recipients: [string][] = JSON.parse(String(row.recipients))
    const parties: [string][] = [JSON.parse(String(row.author)), ...recipients]
    if (recipients.length === 0 || parties.some(([id]) => !known.has(`${row.conversation_id} ${id}`))) {
      strangers.push(row)
    }
  }
  verdict.none(strangers, `${when}: everybody who wrote or was written to took part`)
}
