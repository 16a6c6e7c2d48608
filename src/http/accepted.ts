import type { FastifyReply } from 'fastify'
import type { StoredAnswer } from './stored-answer.ts'

/** Sends an answer that may have been given before, byte for byte. */
export function sendStored(reply: FastifyReply, answer: StoredAnswer): FastifyReply {
  return reply
    .status(answer.status)
    .headers(answer.headers)
    .type('application/json; charset=utf-8')
    .serializer((body: unknown) => body as string)
    .send(answer.body)
}

/** The answer to an asynchronous request: where its operation can be followed. `retryAfterSeconds`: when to look first. */
export function accepted(url: string, operationId: string, body: object, retryAfterSeconds = 1): StoredAnswer {
  return {
    status: 202,
    headers: { 'operation-id': operationId, location: url, 'retry-after': String(retryAfterSeconds) },
    body: JSON.stringify({ statusUrl: url, ...body }),
  }
}
