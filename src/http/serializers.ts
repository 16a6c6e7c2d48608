import { type SerializerFactory, SerializerSelector } from '@fastify/fast-json-stringify-compiler'

const factory = SerializerSelector()

/**
 * Fastify's own serializers, each made when the first answer of its kind is sent: there is one for every status of every route,
 * and most are never needed.
 */
export const serializersWhenNeeded: SerializerFactory = (externalSchemas, options) => {
  const compile = factory(externalSchemas, options)
  return (route) => {
    let serialize: ((answer: unknown) => string) | undefined
    return (answer) => {
      serialize ??= compile(route)
      return serialize(answer)
    }
  }
}
