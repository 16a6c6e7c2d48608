import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { StatementCompiler, sqliteDialect } from '../store/compiler.ts'
import { statementsFor } from '../store/migration.ts'
import { migrations } from '../store/migrations/index.ts'
import type { Statement } from '../store/statement.ts'
import {
  deleteIdentifiers,
  deleteIdentifiersOf,
  holdersAmong,
  identifiersOf,
  moveIdentifiers,
} from './identifier-rows.ts'
import { layersByIds, mergeById, mergesOfLeft, mergesOfRight } from './merge-rows.ts'
import {
  deleteObservations,
  deleteObservationsOf,
  deleteRevisions,
  deleteRevisionsOf,
  deleteStoreRevisions,
  moveObservations,
  observationById,
  observationCount,
  observationsAfter,
  observationsBefore,
  observationsOf,
  restoreObservations,
  revisionsAfter,
  revisionsBefore,
  stalestObservations,
} from './observation-rows.ts'
import {
  aliasesByCanonical,
  aliasesByIds,
  deleteAliases,
  deleteAliasesTo,
  pointAliases,
  profileById,
  profilesAfter,
  profilesBefore,
  profilesLocked,
} from './profile-rows.ts'
import { storeByName, storesByIds } from './store-rows.ts'
import {
  deleteSummaries,
  deleteSummariesOf,
  moveSummaries,
  restoreSummaries,
  stalestSummaries,
  summariesAfter,
  summariesBefore,
  summariesOf,
  summaryById,
  summaryCount,
} from './summary-rows.ts'
import { holdersOfValue, sharedAmong, sharedById } from './unmergeable-rows.ts'
import { deleteStoreVectors, deleteVectors, deleteVectorsOf, unembedded, vectorsOf } from './vector-rows.ts'

const db = new DatabaseSync(':memory:')
for (const migration of migrations) for (const sql of statementsFor(migration, 'sqlite')) db.exec(sql)
after(() => db.close())
const compiler = new StatementCompiler(sqliteDialect)

/** What each statement must find its rows by, so that none walks through all that an account or a store has. */
const cases: { name: string; statement: unknown; by: string }[] = [
  { name: 'holders of identifiers', statement: holdersAmong, by: 'id_type=? AND value=?' },
  { name: 'identifiers of profiles', statement: identifiersOf, by: 'profile_id=?' },
  { name: 'identifiers to delete', statement: deleteIdentifiers, by: 'profile_id=?' },
  { name: 'identifiers of a deleted profile', statement: deleteIdentifiersOf, by: 'profile_id=?' },
  { name: 'a profile', statement: profileById, by: ' AND id=?' },
  { name: 'profiles to lock', statement: profilesLocked, by: ' AND id=?' },
  { name: 'a page of profiles upwards', statement: profilesAfter, by: ' AND id>?' },
  { name: 'a page of profiles downwards', statement: profilesBefore, by: ' AND id<?' },
  { name: 'what retired ids stand for', statement: aliasesByIds, by: 'store_id=? AND id=?' },
  { name: 'retired ids of profiles', statement: aliasesByCanonical, by: 'canonical_id=?' },
  { name: 'retired ids to point elsewhere', statement: pointAliases, by: 'canonical_id=? AND id=?' },
  { name: 'retired ids that live again', statement: deleteAliases, by: 'canonical_id=? AND id=?' },
  { name: 'identifiers to move', statement: moveIdentifiers, by: 'profile_id=?' },
  { name: 'holders of a value', statement: holdersOfValue, by: 'id_type=? AND value=?' },
  { name: 'values that are on the list', statement: sharedAmong, by: 'id_type=? AND value=?' },
  { name: 'an entry of the list', statement: sharedById, by: 'store_id=? AND id=?' },
  { name: 'layers', statement: layersByIds, by: ' AND id=?' },
  { name: 'a merge', statement: mergeById, by: ' AND id=?' },
  { name: 'merges of one side', statement: mergesOfLeft, by: 'left_id=?' },
  { name: 'merges of the other side', statement: mergesOfRight, by: 'right_id=?' },
  { name: 'retired ids of a deleted profile', statement: deleteAliasesTo, by: 'canonical_id=?' },
  { name: 'a store by its name', statement: storeByName, by: 'display_name=?' },
  { name: 'stores', statement: storesByIds, by: ' AND id=?' },
  { name: 'an observation', statement: observationById, by: ' AND id=?' },
  { name: 'observations of a profile', statement: observationsOf, by: 'profile_id=?' },
  { name: 'a page of observations upwards', statement: observationsAfter, by: 'profile_id=? AND id>?' },
  { name: 'a page of observations downwards', statement: observationsBefore, by: 'profile_id=? AND id<?' },
  { name: 'observations to count', statement: observationCount, by: 'profile_id=?' },
  { name: 'observations that nobody touched for long', statement: stalestObservations, by: 'profile_id=?' },
  { name: 'observations to delete', statement: deleteObservations, by: ' AND id=?' },
  { name: 'observations of a deleted profile', statement: deleteObservationsOf, by: 'profile_id=?' },
  { name: 'observations that a merge moves', statement: moveObservations, by: 'profile_id=?' },
  { name: 'observations that go back', statement: restoreObservations, by: 'profile_id=?' },
  { name: 'former wordings downwards', statement: revisionsBefore, by: 'observation_id=? AND n<?' },
  { name: 'former wordings upwards', statement: revisionsAfter, by: 'observation_id=? AND n>?' },
  { name: 'former wordings to delete', statement: deleteRevisions, by: 'observation_id=?' },
  { name: 'former wordings of a deleted profile', statement: deleteRevisionsOf, by: 'observation_id=?' },
  { name: 'former wordings of a deleted store', statement: deleteStoreRevisions, by: 'observation_id=?' },
  { name: 'a summary', statement: summaryById, by: ' AND id=?' },
  { name: 'summaries of a profile', statement: summariesOf, by: 'profile_id=?' },
  { name: 'a page of summaries upwards', statement: summariesAfter, by: 'profile_id=? AND id>?' },
  { name: 'a page of summaries downwards', statement: summariesBefore, by: 'profile_id=? AND id<?' },
  { name: 'summaries to count', statement: summaryCount, by: 'profile_id=?' },
  { name: 'summaries that nobody touched for long', statement: stalestSummaries, by: 'profile_id=?' },
  { name: 'summaries to delete', statement: deleteSummaries, by: ' AND id=?' },
  { name: 'summaries of a deleted profile', statement: deleteSummariesOf, by: 'profile_id=?' },
  { name: 'summaries that a merge moves', statement: moveSummaries, by: 'profile_id=?' },
  { name: 'summaries that go back', statement: restoreSummaries, by: 'profile_id=?' },
  { name: 'vectors to delete', statement: deleteVectors, by: 'memory_id=?' },
  ...unembedded.map((statement, at) => ({
    name: `memories that wait for a vector, ${at}`,
    statement,
    by: at < 2 ? 'embedded_with<?' : 'embedded_with>?',
  })),
  ...vectorsOf.map((statement, at) => ({ name: `vectors of a profile, ${at}`, statement, by: 'profile_id=?' })),
  ...[...deleteVectorsOf, ...deleteStoreVectors].map((statement, at) => ({
    name: `vectors that are erased, ${at}`,
    statement,
    by: 'memory_id=?',
  })),
]
for (const { name, statement, by } of cases) {
  test(`finds ${name} by ${by.replace(/^ AND /, '')}`, () => {
    const { sql, bindings } = compiler.compile(statement as Statement<never, unknown>)
    const plan = db.prepare(`explain query plan ${sql}`).all(...bindings.map(() => null))
    const search = plan.map((step) => String(step.detail)).find((detail) => detail.startsWith('SEARCH'))
    assert.ok(search?.includes(by), search ?? 'it walks through a table')
  })
}
