import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { inWorld, type World } from '../../testing/app.ts'

/** What nobody else in the database has. */
const secrets = {
  phone: '+13125559731',
  email: 'quokka.zanzibar@example.com',
  chat: 'zanzibar-quokka-7731',
  firstName: 'Quokkaline',
  city: 'Zanzibarstadt',
  observation: 'prefers marzipan quokkas',
  rewording: 'prefers marzipan quokkas and nougat',
  summary: 'asked for a zeppelin to Zanzibar',
}

async function remember(world: World, storeId: string): Promise<string> {
  const profiles = `/v1/Stores/${storeId}/Profiles`
  const contact = ({ phone, email, chat, firstName, city }: typeof secrets) => [
    { phone, firstName },
    { email, chat, city },
  ]
  const [one, other] = contact(secrets)
  const created = await Promise.all([one, other].map((Contact) => world.post(profiles, { traits: { Contact } })))
  const ids = created.map(({ body }) => body.id)
  const occurredAt = '2026-01-05T09:00:00Z'
  const conversationId = 'conv_conversation_01kq7v2m9c4d5e6f7g8h9j0k5r'
  const written = [
    await world.post(`${profiles}/${ids[1]}/Observations`, {
      observations: [{ content: secrets.observation, occurredAt, source: 'test' }],
    }),
    await world.post(`${profiles}/${ids[1]}/ConversationSummaries`, {
      summaries: [{ content: secrets.summary, occurredAt, conversationId }],
    }),
  ]
  const { observations } = (await world.get(`${profiles}/${ids[1]}/Observations`)).body
  written.push(
    await world.patch(`${profiles}/${ids[1]}/Observations/${observations[0].id}`, { content: secrets.rewording }),
    await world.post(`${profiles}/${ids[0]}/Identifiers`, { idType: 'email', value: secrets.email }),
  )
  for (const answer of written) assert.equal(answer.status, 202, answer.text)
  const { merges } = (await world.get(`/skein/v1/Stores/${storeId}/Merges`)).body
  assert.equal(merges.length, 1)
  return ids[0]
}

function foundIn(directory: string): string[] {
  const files = ['skein.db', 'skein.db-wal'].map((name) => join(directory, name))
  const bytes = Buffer.concat(files.map((file) => readFileSync(file, { flag: 'a+' })))
  return Object.values(secrets).filter((secret) => bytes.includes(secret))
}

for (const what of ['profile', 'store'] as const) {
  test(`a ${what} that is deleted is nowhere in the database's files, and its receipt says how much it was`, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'skein-erasure-'))
    try {
      await inWorld({ SKEIN_DATABASE: `sqlite:${join(directory, 'skein.db')}` }, async (world) => {
        const storeId = await world.makeMemoryStore()
        const id = await remember(world, storeId)
        assert.deepEqual(foundIn(directory), Object.values(secrets))
        if (what === 'profile') assert.equal((await world.delete(`/v1/Stores/${storeId}/Profiles/${id}`)).status, 202)
        else await world.completed(await world.delete(`/v1/ControlPlane/Stores/${storeId}`))
        await world.store.scrub()
        assert.deepEqual(foundIn(directory), [])
        const [receipt] = (await world.get('/skein/v1/Erasures')).body.erasures
        assert.equal(receipt.kind, what.toUpperCase())
        const { observations, summaries, identifiers, merges, layers } = receipt.counts
        assert.deepEqual(
          { observations, summaries, identifiers, merges, layers },
          { observations: 1, summaries: 1, identifiers: 3, merges: 1, layers: 2 },
        )
      })
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  })
}
