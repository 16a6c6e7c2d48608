import assert from 'node:assert/strict'
import { about, type Case } from '../case.ts'
import { controlPlaneAcceptance, identitySettings } from '../memory-tables.ts'
import { unchecked } from '../session.ts'
import { completed, makeStore, namesMemoryOperation } from '../stage.ts'

const path = '/v1/ControlPlane/Stores/{storeId}/IdentityResolutionSettings'
const unknown = 'mem_store_01h455vb4pex5vsknk084sn02q'

const defaults = {
  matchingAlgo: 'exact',
  matchingThreshold: 75,
  limit: 100,
  limitPolicy: 'fifo',
  enforceUnique: true,
}
const reserved = [
  { idType: 'email', ...defaults, normalization: 'email' },
  { idType: 'whatsapp', ...defaults, normalization: 'trim' },
  { idType: 'phone', ...defaults, normalization: 'phone' },
  { idType: 'chat', ...defaults, normalization: 'trim' },
]
export const identitySettingsCases: Case[] = [
  ...about(`GET ${path}`, [
    {
      name: 'shows what every store begins with, and an ETag',
      run: async (session) => {
        const { v1 } = session.client.memory
        const id = await makeStore(session)
        const { body, headers } = await session.answered(identitySettings, { status: 200 }, () =>
          v1.identityResolutionSettings(id).fetch(),
        )
        assert.deepEqual(body, {
          identifierConfigs: reserved,
          matchingRules: ['email', 'whatsapp', 'phone', 'chat'],
          version: 1,
        })
        assert.match(headers.etag ?? '', /^"[A-Za-z0-9_-]+"$/)
      },
    },
    {
      name: 'does not find an unknown store',
      run: async (session) => {
        const { v1 } = session.client.memory
        await session.refused({ status: 404, code: 520041 }, () => v1.identityResolutionSettings(unknown).fetch())
      },
    },
  ]),
  ...about(`PUT ${path}`, [
    {
      name: 'replaces them, fills in the defaults and makes a version',
      run: async (session) => {
        const { v1 } = session.client.memory
        const id = await makeStore(session)
        const own = {
          idType: 'loyalty',
          matchingAlgo: 'fuzzy' as const,
          matchingThreshold: 90,
          limit: 3,
          limitPolicy: 'lifo' as const,
          enforceUnique: false,
          normalization: 'none' as const,
        }
        const given = {
          identifierConfigs: [...reserved.map(({ idType }) => ({ idType })), own],
          matchingRules: ['loyalty', 'phone'],
        }
        const accepted = await session.answered(controlPlaneAcceptance, { status: 202 }, () =>
          v1.identityResolutionSettings(id).update(given),
        )
        namesMemoryOperation(session, accepted)
        await completed(session, accepted.body.statusUrl)
        const { body } = await session.answered(identitySettings, { status: 200 }, () =>
          v1.identityResolutionSettings(id).fetch(),
        )
        assert.deepEqual(body, {
          identifierConfigs: [...reserved, own],
          matchingRules: ['loyalty', 'phone'],
          version: 2,
        })
      },
    },
    {
      name: 'refuses settings that cannot work, another version and an unknown store',
      run: async (session) => {
        const { v1 } = session.client.memory
        const id = await makeStore(session)
        const good = { identifierConfigs: reserved, matchingRules: ['phone'] }
        const wrong: [object, string][] = [
          [{ matchingRules: undefined }, 'matchingRules'],
          [{ matchingRules: [] }, 'matchingRules'],
          [{ matchingRules: ['shoe'] }, 'matchingRules[0]'],
          [{ identifierConfigs: undefined }, 'identifierConfigs'],
          [{ identifierConfigs: [] }, 'identifierConfigs'],
          [{ identifierConfigs: reserved.slice(1) }, 'identifierConfigs'],
          [{ identifierConfigs: [...reserved, { idType: 'phone' }] }, 'identifierConfigs'],
          [{ identifierConfigs: [...reserved, { idType: 'x' }] }, 'identifierConfigs[4].idType'],
          [{ identifierConfigs: [...reserved, { idType: 'shoe', limit: 101 }] }, 'identifierConfigs[4].limit'],
        ]
        for (const [fields, field] of wrong) {
          await session.refused({ status: 400, code: 520046, field }, () =>
            v1.identityResolutionSettings(id).update(unchecked({ ...good, ...fields })),
          )
        }
        await session.refused({ status: 412, code: 520043 }, () =>
          v1.identityResolutionSettings(id).update(unchecked(good), { 'If-Match': '"another"' }),
        )
        await session.refused({ status: 404, code: 520041 }, () =>
          v1.identityResolutionSettings(unknown).update(unchecked(good)),
        )
      },
    },
  ]),
]
