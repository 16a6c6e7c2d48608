import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type ExtractionFacts, unmet, whomToRemember } from './extraction.ts'

const kiran = { id: 'p1', type: 'CUSTOMER', profileId: 'm1' }
const lena = { id: 'p2', type: 'CUSTOMER', profileId: 'm2' }
const agent = { id: 'p3', type: 'HUMAN_AGENT', profileId: null }
const nobody = { id: 'p4', type: 'CUSTOMER', profileId: null }
const facts = (participants: ExtractionFacts['participants'], storeStatus: string | undefined = 'ACTIVE') => ({
  storeStatus,
  participants,
})

describe('whose memory is extracted', () => {
  it('is that of each customer with a profile, once', () =>
    assert.deepEqual(whomToRemember(facts([kiran, lena, agent, { ...kiran, id: 'p5' }])), {
      remembered: [
        { profileId: 'm1', participantIds: ['p1', 'p5'] },
        { profileId: 'm2', participantIds: ['p2'] },
      ],
      unmet: [],
    }))

  it('leaves out, and tells of, a customer without profile among others', () => {
    const { remembered, unmet: told } = whomToRemember(facts([kiran, nobody]))
    assert.deepEqual([remembered.length, told], [1, [unmet.someProfile]])
  })

  const cases: [string, ExtractionFacts, object[]][] = [
    ['the store is gone', { storeStatus: undefined, participants: [kiran] }, [unmet.store]],
    ['the store is going, and no customer is known', facts([nobody], 'DELETING'), [unmet.store, unmet.profile]],
    ['the store is gone, and no customer is there', facts([agent], 'DELETING'), [unmet.store, unmet.customer]],
    ['there is no customer', facts([agent]), [unmet.customer]],
    ['no customer has a profile', facts([agent, nobody]), [unmet.profile]],
  ]
  for (const [when, given, conditions] of cases) {
    it(`is nobody's when ${when}`, () => assert.deepEqual(whomToRemember(given), { remembered: [], unmet: conditions }))
  }
})
