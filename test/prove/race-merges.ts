import type { Race } from './race.ts'
import { configurationBody, makeConfiguration, makeMemoryStore, phone } from './setting-up.ts'

/**
 * Customers who are two profiles become one while they write under both: no message is lost or stored twice, and afterwards
 * both of their addresses lead to the same conversation.
 */
export async function raceMerges({ installation, sizes, random, verdict }: Race): Promise<void> {
  const { database } = installation
  const business = phone(9_500_000)
  const storeId = await makeMemoryStore(installation.client(), 'merges')
  await makeConfiguration(
    installation.client(),
    configurationBody({ business, groupingType: 'GROUP_BY_PROFILE', memoryStoreId: storeId, name: 'merges' }),
  )
  const profiles = `/v1/Stores/${storeId}/Profiles`
  const unexpected: string[] = []
  const apart: unknown[] = []
  const placed = new Map<string, string>()
  for (let at = 0; at < sizes.merges; at += 1) {
    const addresses = [phone(3_000_000 + at), phone(3_500_000 + at)]
    const ids: string[] = []
    for (const address of addresses) {
      const made = await installation.client().post(profiles, { traits: { Contact: { phone: address } } })
      if (made.status !== 202) unexpected.push(`${made.status} ${made.text}`)
      ids.push(made.body?.id)
    }
    const write = async (from: string | undefined, n: number) => {
      const text = `merge ${at} ${from} ${n}`
      const item = { channel: 'SMS', from, to: business, content: { type: 'TEXT', text } }
      const answer = await random.pick(installation.clients).post('/skein/v1/Traffic', item)
      const result = answer.body?.results?.[0]
      if (result?.outcome !== 'CAPTURED') unexpected.push(`${answer.status} ${answer.text}`)
      else placed.set(text, result.conversationId)
      return result?.conversationId
    }
    const merge = async () => {
      const identifier = { idType: 'phone', value: addresses[1] }
      const answer = await random.pick(installation.clients).post(`${profiles}/${ids[0]}/Identifiers`, identifier)
      if (answer.status !== 202) unexpected.push(`${answer.status} ${answer.text}`)
    }
    const writing = Array.from({ length: 10 }, (_, n) => () => write(addresses[n % 2], n))
    await Promise.all(random.shuffled([...writing, merge]).map((step) => step()))
    const afterwards = [await write(addresses[0], 100), await write(addresses[1], 101)]
    if (afterwards[0] !== afterwards[1]) apart.push({ at, afterwards })
  }
  verdict.none(unexpected, `${database}: traffic and merges of profiles do not disturb each other`)
  verdict.none(apart, `${database}: after a merge both addresses lead to the same conversation`)
  const inspection = await installation.inspect()
  const rows = await inspection.rows(`select text, conversation_id from communication where text like 'merge %'`)
  const found = Object.fromEntries(rows.map((row) => [row.text, row.conversation_id]))
  verdict.equal(rows.length, placed.size, `${database}: every message around a merge is stored once`)
  const astray = [...placed].filter(([text, id]) => found[text] !== id.slice(-26))
  verdict.none(astray, `${database}: every message around a merge is where its answer said`)
  await inspection.close()
}
