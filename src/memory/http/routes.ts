import type { FastifyInstance } from 'fastify'
import type { RouteContext } from '../../http/context.ts'

export interface MemoryContext extends RouteContext {}

/** Every route of the Memory v1 API. */
export function memoryRoutes(_app: FastifyInstance, _context: MemoryContext): void {}
