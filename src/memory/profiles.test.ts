import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Reader } from '../store/store.ts'
import { aliasesByIds, profileById } from './profile-rows.ts'
import { requireProfile } from './profiles.ts'

/** What each read finds, in the order in which they come: a profile by its id, or whom a retired id stands for. */
type Found = { profile: string | undefined } | { canonical: string | undefined }

/** A database in which others merge and undo merges between the reads of one request. */
function readerOf(reads: Found[]): Reader {
  const next = (statement: unknown) => {
    const found = reads.shift()
    assert.ok(found, 'no more is read than that')
    if ('profile' in found) {
      assert.equal(statement, profileById)
      return found.profile === undefined ? undefined : { id: found.profile }
    }
    assert.equal(statement, aliasesByIds)
    return found.canonical === undefined ? undefined : { canonical_id: found.canonical }
  }
  return { dialect: 'postgres', get: async (statement: unknown) => next(statement) } as unknown as Reader
}

describe('a profile is found', () => {
  const stories: [name: string, reads: Found[], id: string][] = [
    ['by its own id', [{ profile: 'a' }], 'a'],
    ['by an id that a merge retired', [{ profile: undefined }, { canonical: 'b' }, { profile: 'b' }], 'b'],
    [
      'when who it stands for is retired between two reads',
      [{ profile: undefined }, { canonical: 'b' }, { profile: undefined }, { canonical: 'c' }, { profile: 'c' }],
      'c',
    ],
    [
      'when an unmerge restores it between two reads',
      [{ profile: undefined }, { canonical: undefined }, { profile: 'a' }],
      'a',
    ],
  ]
  for (const [name, reads, id] of stories) {
    it(name, async () => assert.equal((await requireProfile(readerOf(reads), 1, 's', 'a')).id, id))
  }

  it('only when it is or stands for one', async () => {
    const reads = [{ profile: undefined }, { canonical: undefined }, { profile: undefined }]
    await assert.rejects(requireProfile(readerOf(reads), 1, 's', 'a'), { kind: 'not_found' })
  })
})
