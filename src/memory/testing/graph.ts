import assert from 'node:assert/strict'
import { statements } from '../../store/statement.ts'
import { idsLinkedTo } from '../domain/identity-graph.ts'
import { identifierKey } from '../domain/resolution.ts'
import type { LayerRow, MergeRow } from '../merge-rows.ts'
import { readPersons } from '../persons.ts'
import type { AliasRow, IdentifierRow, ObservationRow, ProfileRow, SummaryRow } from '../rows.ts'
import { requireStore } from '../stores.ts'
import type { World } from './world.ts'

interface Tables {
  identifier: IdentifierRow
  profile: ProfileRow
  profile_alias: AliasRow
  profile_layer: LayerRow
  profile_merge: MergeRow
  observation: ObservationRow
  conversation_summary: SummaryRow
}
const statement = statements<Tables>()
const rowsOf = <T extends keyof Tables>(name: T) =>
  statement<{ storeId: string }>()((db, p) =>
    db
      .selectFrom(name as 'identifier')
      .selectAll()
      .where('store_id', '=', p.storeId),
  )
const all = {
  profile: rowsOf('profile'),
  identifier: rowsOf('identifier'),
  profile_alias: rowsOf('profile_alias'),
  profile_layer: rowsOf('profile_layer'),
  profile_merge: rowsOf('profile_merge'),
  observation: rowsOf('observation'),
  conversation_summary: rowsOf('conversation_summary'),
}

async function read<T extends keyof Tables>(world: World, name: T, storeId: string): Promise<Tables[T][]> {
  return (await world.store.read.all(all[name], { storeId })) as unknown as Tables[T][]
}

/** The own ids of a store's profiles, earliest first. */
export async function profileIds(world: World, storeId: string): Promise<string[]> {
  return (await read(world, 'profile', storeId)).map(({ id }) => id).sort()
}

/** All that a store says of its profiles, but for the ledger and for when rows were written. */
export async function stateOf(world: World, storeId: string): Promise<object> {
  const profiles = await read(world, 'profile', storeId)
  const layers = await read(world, 'profile_layer', storeId)
  const aliases = await read(world, 'profile_alias', storeId)
  return {
    profiles: sorted(
      profiles.map(({ updated_at: _, memory_version: __, traits, ...row }) => ({ ...row, traits: JSON.parse(traits) })),
    ),
    identifiers: sorted(await read(world, 'identifier', storeId)),
    aliases: sorted(aliases.map(({ merged_at: _, ...row }) => row)),
    layers: sorted(
      layers.map((row) => ({ ...row, traits: JSON.parse(row.traits), identifiers: JSON.parse(row.identifiers) })),
    ),
    observations: sorted(await read(world, 'observation', storeId)),
    summaries: sorted(await read(world, 'conversation_summary', storeId)),
  }
}

/** Throws unless the tables of a store agree with each other. */
export async function checkConsistent(world: World, storeId: string): Promise<void> {
  const { account } = world
  const store = await requireStore(world.store.read, account, storeId)
  const live = await profileIds(world, storeId)
  const identifiers = await read(world, 'identifier', storeId)
  const aliases = await read(world, 'profile_alias', storeId)
  const layers = await read(world, 'profile_layer', storeId)
  const merges = (await read(world, 'profile_merge', storeId)).filter((row) => row.undone_at === null)
  const exclusive = identifiers.filter((row) => row.exclusive === 1).map((row) => `${row.id_type} ${row.value}`)
  assert.equal(new Set(exclusive).size, exclusive.length, 'an exclusive identifier has one holder')
  for (const row of identifiers) assert.ok(live.includes(row.profile_id), 'an identifier belongs to a live profile')
  for (const alias of aliases) {
    assert.ok(live.includes(alias.canonical_id), 'a retired id points at a live profile')
    assert.ok(!live.includes(alias.id), 'a retired id has no profile of its own')
    assert.ok(alias.canonical_id < alias.id, 'the earliest id survived')
  }
  const links = merges.map((row) => ({ id: row.id, leftId: row.left_id, rightId: row.right_id }))
  let layered = 0
  for (const person of await readPersons(world.store.read, { account, storeId }, store.identitySettings, live)) {
    const ids = [person.id, ...aliases.filter((row) => row.canonical_id === person.id).map(({ id }) => id)].sort()
    assert.deepEqual(person.layers.map(({ id }) => id).sort(), ids, 'every id of a person has its layer')
    assert.deepEqual([...idsLinkedTo(person.id, links)].sort(), ids, 'merges in force hold a person together')
    if (ids.length > 1) layered += ids.length
    const shown = identifiers.filter((row) => row.profile_id === person.id)
    assert.deepEqual(
      shown.map((row) => `${row.id_type}:${row.value} ${row.id}`).sort(),
      person.view.identifiers.map((one) => `${identifierKey(one)} ${one.id}`).sort(),
      'identifiers follow from the layers',
    )
    const row = (await read(world, 'profile', storeId)).find(({ id }) => id === person.id) as ProfileRow
    assert.deepEqual(JSON.parse(row.traits), person.view.traits, 'traits follow from the layers')
    assert.equal(row.aliases, ids.length - 1, 'a profile knows how many ids it has beside its own')
  }
  assert.equal(layers.length, layered, 'nobody else has layers')
  for (const name of ['observation', 'conversation_summary'] as const) {
    for (const memory of await read(world, name, storeId)) {
      const owner = aliases.find(({ id }) => id === memory.origin_id)?.canonical_id ?? memory.origin_id
      assert.equal(memory.profile_id, owner, 'what is remembered is with the profile that it was written to')
    }
  }
}

function sorted<T>(rows: readonly T[]): T[] {
  return rows
    .map((row) => [JSON.stringify(row), row] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row)
}
