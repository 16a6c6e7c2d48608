import { pipeline, type Readable, Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import type { FastifyRequest, RequestPayload } from 'fastify'
import { invalid } from '../kernel/failure.ts'

const decoders = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

/**
 * A `preParsing` hook for routes that take compressed bodies: `Content-Encoding` gzip, deflate or br. What comes out may be
 * as large as any body of the route and no larger, however small what was sent.
 */
export async function decompressBody(request: FastifyRequest, _reply: unknown, payload: RequestPayload) {
  const coding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (coding === 'identity' || coding === '') return payload
  const decoder = Object.hasOwn(decoders, coding) ? decoders[coding as keyof typeof decoders] : undefined
  if (!decoder) throw invalid('Content-Encoding', 'Content-Encoding must be gzip, deflate or br, and only one of them.')
  // It counts what is sent, and the parser what comes out.
  delete request.headers['content-length']
  const bounded = withinBytes(request.routeOptions.bodyLimit ?? Number.POSITIVE_INFINITY)
  pipeline(payload as Readable, decoder(), bounded, () => {})
  return bounded as RequestPayload
}

/** Ends the whole pipeline as soon as more than so many bytes have come through. */
function withinBytes(limit: number): Transform {
  let received = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.length
      if (received <= limit) done(null, chunk)
      else done(Object.assign(new Error('The request body is too large.'), { statusCode: 413 }))
    },
  })
}
