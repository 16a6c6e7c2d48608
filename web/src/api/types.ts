import type { paths } from './schema.d.ts'

type Json<R> = R extends { content: { 'application/json': infer Body } } ? Body : never

/** What a GET of the path answers. */
export type Fetched<P extends keyof paths> = paths[P] extends { get: { responses: { 200: infer R } } } ? Json<R> : never

export type Conversation = Fetched<'/v2/Conversations/{id}'>
export type Communication = Fetched<'/v2/Conversations/{conversationId}/Communications'>['communications'][number]
export type Configuration = Fetched<'/v2/ControlPlane/Configurations/{id}'>
export type GroupingType = Configuration['conversationGroupingType']
export type Trace = Fetched<'/skein/v1/Communications/{id}/Trace'>['trace']
