import type { FastifyInstance } from 'fastify'
import { openScope } from '../../http/scope.ts'
import { bulkRoutes } from './bulk.ts'
import { redirectRetired } from './canonical.ts'
import type { MemoryContext } from './context.ts'
import { dataMappingRoutes } from './data-mappings.ts'
import { identifierRoutes } from './identifiers.ts'
import { identityRoutes } from './identity-routes.ts'
import { identitySettingsRoutes } from './identity-settings.ts'
import { importRoutes } from './imports.ts'
import { observationRoutes } from './observations.ts'
import { operationRoutes } from './operations.ts'
import { profileRoutes } from './profiles.ts'
import { recallRoutes } from './recall.ts'
import { revisionRoutes } from './revisions.ts'
import { storeRoutes } from './stores.ts'
import { summaryRoutes } from './summaries.ts'
import { traitGroupRoutes } from './trait-groups.ts'
import { traitRoutes } from './traits.ts'

/** What this API answers to a request that does not match its schema. */
const invalidCode = 520046

/** Every route of the Memory v1 API that there is. */
export function memoryRoutes(app: FastifyInstance, context: MemoryContext): void {
  openScope(app, 'memory', async (memory) => {
    memory.addHook('onRoute', (route) => {
      route.config = { ...route.config, invalidCode }
    })
    storeRoutes(memory, context)
    identitySettingsRoutes(memory, context)
    traitGroupRoutes(memory, context)
    dataMappingRoutes(memory, context)
    operationRoutes(memory, context)
    identityRoutes(memory, context)
    openScope(memory, 'profiles', async (profiles) => {
      if (context.memoryRedirects === 'strict') profiles.addHook('preHandler', redirectRetired(context))
      profileRoutes(profiles, context)
      bulkRoutes(profiles, context)
      importRoutes(profiles, context)
      traitRoutes(profiles, context)
      identifierRoutes(profiles, context)
      observationRoutes(profiles, context)
      revisionRoutes(profiles, context)
      summaryRoutes(profiles, context)
      recallRoutes(profiles, context)
    })
  })
}
