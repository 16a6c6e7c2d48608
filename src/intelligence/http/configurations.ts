import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { refuse } from '../../conversations/configuration-checks.ts'
import { callbacksProblem } from '../../conversations/domain/configuration.ts'
import { pageMeta, pageRequest } from '../../http/pagination.ts'
import { pathId } from '../../http/path-id.ts'
import { withErrors } from '../../http/schemas.ts'
import { Failure, invalid } from '../../kernel/failure.ts'
import { newId, parseWireId } from '../../kernel/ids.ts'
import { createConfiguration, deleteConfiguration, replaceConfiguration } from '../commands/configurations.ts'
import { listConfigurations, requireConfiguration } from '../configurations.ts'
import type { OperatorLink, Rule } from '../domain/rules.ts'
import type { IntelligenceContext } from './context.ts'
import { presentConfiguration } from './present.ts'
import {
  ConfigurationAnswer,
  ConfigurationList,
  ConfigurationRequest,
  ListQuery,
  list,
  maxPageSize,
  type OfOne,
  type RuleRequest,
} from './schemas.ts'

const path = '/v3/ControlPlane/Configurations'
const tags = ['Intelligence']

/** Synchronous; the last writer wins. */
export function configurationRoutes(app: FastifyInstance, context: IntelligenceContext): void {
  const { store, clock, limits } = context

  app.post<{ Body: ConfigurationRequest }>(
    path,
    {
      schema: {
        tags,
        summary: 'Create an intelligence configuration',
        body: ConfigurationRequest,
        response: withErrors({ 201: ConfigurationAnswer }),
      },
    },
    async ({ principal: { account, accountSid }, body }, reply) => {
      // Ids belong to rules that are there already.
      const rules = body.rules.map((rule) => ({ ...rule, id: null }))
      const created = await createConfiguration(store, {
        account,
        id: newId(),
        ...described({ ...body, rules }, context),
        maximum: limits.intelligenceConfigurationsPerAccount,
        now: await clock.now(),
      })
      return reply.status(201).send(presentConfiguration(accountSid, created))
    },
  )

  app.get<{ Querystring: ListQuery }>(
    path,
    {
      schema: {
        tags,
        summary: 'List intelligence configurations, the newest first',
        querystring: ListQuery,
        response: withErrors({ 200: ConfigurationList }),
      },
    },
    async ({ principal: { account, accountSid }, query }) => {
      const name = 'intelligenceConfigurations'
      const page = await listConfigurations(store.read, account, pageRequest(query, name, maxPageSize))
      return {
        items: page.items.map((configuration) => presentConfiguration(accountSid, configuration)),
        meta: pageMeta(list, name, page),
      }
    },
  )

  app.get<OfOne>(
    `${path}/:id`,
    {
      schema: {
        tags,
        summary: 'Fetch an intelligence configuration',
        response: withErrors({ 200: ConfigurationAnswer }),
      },
    },
    async ({ principal: { account, accountSid }, params }) =>
      presentConfiguration(accountSid, await requireConfiguration(store.read, account, idOf(params.id))),
  )

  app.put<OfOne & { Body: ConfigurationRequest }>(
    `${path}/:id`,
    {
      schema: {
        tags,
        summary: 'Replace an intelligence configuration',
        body: ConfigurationRequest,
        response: withErrors({ 200: ConfigurationAnswer }),
      },
    },
    async ({ principal: { account, accountSid }, params, body }) => {
      const id = idOf(params.id)
      const now = await clock.now()
      const replaced = await replaceConfiguration(store, { account, id, ...described(body, context), now })
      return presentConfiguration(accountSid, replaced)
    },
  )

  app.delete<OfOne>(
    `${path}/:id`,
    { schema: { tags, summary: 'Delete an intelligence configuration', response: withErrors({ 204: Type.Null() }) } },
    async ({ principal, params }, reply) => {
      await deleteConfiguration(store, principal.account, idOf(params.id), await clock.now())
      return reply.status(204).send()
    },
  )
}

function described(body: ConfigurationRequest, { allowPrivateCallbacks }: IntelligenceContext) {
  for (const [at, { actions }] of body.rules.entries()) {
    const problem = callbacksProblem(actions, `rules[${at}].actions`, { allowPrivateCallbacks })
    refuse(problem)
  }
  return {
    displayName: body.displayName,
    description: body.description ?? null,
    rules: body.rules.map((rule, at) => readRule(rule, `rules[${at}]`)),
  }
}

function readRule(request: RuleRequest, field: string): Rule & { isNew: boolean } {
  const { id, operators, triggers, actions, context } = request
  const trigger = triggers?.[0]
  return {
    id: id == null ? newId() : ruleIdOf(id, field),
    isNew: id == null,
    operators: operators.map((link, at) => readLink(link, `${field}.operators[${at}]`)),
    trigger: trigger === undefined ? null : { on: trigger.on, count: trigger.parameters?.count ?? 1 },
    actions: actions.map(({ type, method, url }) => ({ type, method, url })),
    context: context
      ? { memoryEnabled: context.memory?.enabled ?? null, knowledgeBases: context.knowledge?.bases ?? null }
      : null,
  }
}

function readLink({ id, version, parameters }: RuleRequest['operators'][number], field: string): OperatorLink {
  const operatorId = parseWireId('operator', id)
  if (operatorId === undefined) {
    throw new Failure('invalid', `Operator ${id} does not exist.`, { code: 70001, field: `${field}.id` })
  }
  return { id: operatorId, version: version ?? null, parameters: parameters ?? null }
}

function ruleIdOf(text: string, field: string): string {
  const id = parseWireId('intelligenceRule', text)
  if (id === undefined) throw invalid(`${field}.id`, `The configuration has no rule ${text}.`)
  return id
}

function idOf(text: string): string {
  return pathId('intelligenceConfiguration', text, 'intelligence configuration')
}
