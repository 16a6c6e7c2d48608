import assert from 'node:assert/strict'
import { test } from 'node:test'
import { completeIdentitySettings } from './identity-settings.ts'
import { type Holder, identifierKey, matchingProfiles, strongestMatch } from './resolution.ts'

const settings = completeIdentitySettings({
  identifierConfigs: [
    ...['email', 'whatsapp', 'phone', 'chat'].map((idType) => ({ idType })),
    { idType: 'household', enforceUnique: false },
    { idType: 'device', enforceUnique: false },
    { idType: 'note', enforceUnique: false },
  ],
  matchingRules: ['phone', 'household', 'device'],
})

const presented = [
  { idType: 'phone', value: '+13125550142' },
  { idType: 'email', value: 'ines@example.com' },
  { idType: 'household', value: 'h1' },
  { idType: 'device', value: 'd1' },
  { idType: 'note', value: 'n1' },
]

/** Holders written as `profile type value`. */
const cases: { why: string; holders: string[]; is: string[] }[] = [
  { why: 'nobody when nobody holds anything', holders: [], is: [] },
  { why: 'the holder of a unique identifier', holders: ['p1 phone +13125550142'], is: ['p1'] },
  { why: 'a unique type that no rule names, too', holders: ['p1 email ines@example.com'], is: ['p1'] },
  { why: 'nobody by another value', holders: ['p1 phone +13125550143'], is: [] },
  {
    why: 'all holders of several identifiers, earliest first',
    holders: ['p2 email ines@example.com', 'p1 phone +13125550142'],
    is: ['p1', 'p2'],
  },
  { why: 'nobody by one shared type alone', holders: ['p1 household h1', 'p2 device d1'], is: [] },
  { why: 'the holder of two shared types', holders: ['p1 household h1', 'p1 device d1', 'p2 device d1'], is: ['p1'] },
  { why: 'nobody by a shared type that no rule names', holders: ['p1 household h1', 'p1 note n1'], is: [] },
]

for (const { why, holders, is } of cases) {
  test(`matches ${why}`, () => {
    const parsed = holders.map((text) => {
      const [profileId = '', idType = '', value = ''] = text.split(' ')
      return { profileId, idType, value, originId: profileId }
    })
    const matches = matchingProfiles(settings, presented, parsed)
    assert.deepEqual(
      matches.map(({ profileId }) => profileId),
      is,
    )
  })
}

const held = (profileId: string, idType: string, value: string): Holder => ({
  profileId,
  idType,
  value,
  originId: profileId,
})

test('says by which identifiers a profile matches, the first rule first', () => {
  const [both, two] = matchingProfiles(settings, presented, [
    held('p1', 'email', 'ines@example.com'),
    held('p1', 'phone', '+13125550142'),
    held('p2', 'device', 'd1'),
    held('p2', 'household', 'h1'),
  ])
  assert.deepEqual(
    [both, two].map((match) => match?.by.map(identifierKey)),
    [['phone:+13125550142'], ['household:h1', 'device:d1']],
  )
})

test('a value that must never merge says nothing', () => {
  const office = held('p1', 'phone', '+13125550142')
  assert.deepEqual(
    matchingProfiles(settings, presented, [office], (key) => key === identifierKey(office)),
    [],
  )
})

test('of several matches the one of the first rule is the strongest, then the earliest', () => {
  const byEmail = { profileId: 'p1', by: [held('p1', 'email', 'ines@example.com')] }
  const byPhone = { profileId: 'p3', by: [held('p3', 'phone', '+13125550142')] }
  const alsoByPhone = { profileId: 'p2', by: [held('p2', 'phone', '+13125550142')] }
  assert.equal(strongestMatch(settings, [byEmail, byPhone]), byPhone)
  assert.equal(strongestMatch(settings, [byEmail, byPhone, alsoByPhone]), alsoByPhone)
  assert.equal(strongestMatch(settings, []), undefined)
})
