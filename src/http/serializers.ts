import { type SerializerFactory, SerializerSelector } from '@fastify/fast-json-stringify-compiler'

type Serialize = (answer: unknown) => string

const factory = SerializerSelector()
/** What was made for each schema, by its text and those it may refer to: apps that share a process share these. */
const made = new Map<string, Serialize>()

/**
 * Fastify's own serializers, each made when the first answer of its kind is sent: there is one for every status of every route,
 * and most are never needed.
 */
export const serializersWhenNeeded: SerializerFactory = (externalSchemas, options) => {
  const compile = factory(externalSchemas, options)
  const others = JSON.stringify(externalSchemas)
  return (route) => {
    let serialize: Serialize | undefined
    return (answer) => {
      if (serialize === undefined) {
        const text = `${JSON.stringify(route.schema)} ${others}`
        serialize = made.get(text) ?? compile(route)
        made.set(text, serialize)
      }
      return serialize(answer)
    }
  }
}
