import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { pageMeta, pageRequest } from '../../http/pagination.ts'
import { pathId } from '../../http/path-id.ts'
import { Meta, NullableDateTime, pageQuery, wireDateOrNull, withErrors } from '../../http/schemas.ts'
import { notFound } from '../../kernel/failure.ts'
import { wireId } from '../../kernel/ids.ts'
import { presentBody } from '../configuration-present.ts'
import { type ConfigurationVersion, findVersion, listVersions } from '../configuration-versions.ts'
import { findConfiguration } from '../configurations.ts'
import { configurationBodySchemas } from './configuration-schemas.ts'
import type { ConversationsContext } from './context.ts'

const path = '/skein/v1/Configurations/:id/Versions'
const list = 'configurationVersions'
const maxPageSize = 200
const Params = Type.Object({ id: Type.String() })
const OneParams = Type.Object({ id: Type.String(), version: Type.String() })
const Query = Type.Object(pageQuery)

const Version = Type.Object({
  configurationId: Type.String(),
  version: Type.Integer(),
  isCurrent: Type.Boolean(),
  createdAt: NullableDateTime,
  ...configurationBodySchemas,
})

/** What a configuration was at each time: conversations live by the version in force when they began. */
export function configurationVersionRoutes(app: FastifyInstance, { store }: ConversationsContext): void {
  const { read } = store
  const tags = ['Skein']
  const currentOf = async (account: number, text: string) => {
    const configuration = await findConfiguration(read, account, pathId('configuration', text, 'configuration'))
    if (!configuration) throw notFound(`There is no configuration ${text}.`)
    return configuration
  }

  app.get<{ Params: Static<typeof Params>; Querystring: Static<typeof Query> }>(
    path,
    {
      schema: {
        tags,
        summary: 'List the versions of a configuration, the newest first',
        params: Params,
        querystring: Query,
        response: withErrors({ 200: Type.Object({ meta: Meta, versions: Type.Array(Version) }) }),
      },
    },
    async ({ principal: { account }, params, query }) => {
      const current = await currentOf(account, params.id)
      const page = await listVersions(read, account, current.id, pageRequest(query, list, maxPageSize))
      return {
        meta: pageMeta('versions', list, page),
        versions: page.items.map((one) => present(current.id, one, current.version)),
      }
    },
  )

  app.get<{ Params: Static<typeof OneParams> }>(
    `${path}/:version`,
    {
      schema: {
        tags,
        summary: 'Fetch one version of a configuration',
        params: OneParams,
        response: withErrors({ 200: Version }),
      },
    },
    async ({ principal: { account }, params }) => {
      const current = await currentOf(account, params.id)
      const number = /^\d{1,9}$/.test(params.version) ? Number(params.version) : 0
      const found = await findVersion(read, account, current.id, number)
      if (!found) throw notFound(`The configuration ${params.id} has no version ${params.version}.`)
      return present(current.id, found, current.version)
    },
  )
}

function present(id: string, { version, createdAt, body }: ConfigurationVersion, current: number) {
  return {
    configurationId: wireId('configuration', id),
    version,
    isCurrent: version === current,
    createdAt: wireDateOrNull(createdAt),
    ...presentBody(body),
  }
}
