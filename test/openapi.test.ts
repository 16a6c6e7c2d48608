import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { Skein, temporaryFolder } from './skein.ts'

type Json = ReturnType<typeof JSON.parse>

const methods = ['get', 'post', 'put', 'patch', 'delete']
let server: Skein
let description: Json

before(async () => {
  server = await Skein.start(temporaryFolder())
  description = (await server.ask('GET', '/openapi.json', undefined, { as: null })).body
})
after(() => server.stop())

function operations(): { name: string; path: string; operation: Json }[] {
  return Object.entries<Json>(description.paths).flatMap(([path, item]) =>
    Object.entries<Json>(item).map(([method, operation]) => ({ name: `${method} ${path}`, path, operation })),
  )
}

/** Everything in the description that has the key. */
function* withKey(key: string, value: Json): Generator<Json> {
  if (typeof value !== 'object' || value === null) return
  if (Object.hasOwn(value, key)) yield value
  for (const part of Object.values(value)) yield* withKey(key, part)
}

function* schemas(value: Json): Generator<Json> {
  for (const holder of withKey('schema', value)) yield holder.schema
}

test('is OpenAPI 3.1 with a title, a version and the way to authenticate', () => {
  assert.match(description.openapi, /^3\.1\.\d+$/)
  assert.equal(description.info.title, 'Skein')
  assert.match(description.info.version, /^\d+\.\d+\.\d+/)
  assert.deepEqual(description.components.securitySchemes.basic, { type: 'http', scheme: 'basic' })
})

test('describes every operation with an answer, and each refusal by the one error', () => {
  assert.ok(operations().length >= 10)
  for (const { name, path, operation } of operations()) {
    assert.ok(methods.includes(name.split(' ')[0] ?? ''), name)
    assert.ok(path.startsWith('/') && !path.includes(':'), name)
    assert.ok(operation.summary, `${name} has a summary`)
    const statuses = Object.keys(operation.responses)
    assert.ok(
      statuses.some((status) => /^[23]\d\d$/.test(status)),
      `${name} has an answer`,
    )
    for (const [status, response] of Object.entries<Json>(operation.responses)) {
      assert.equal(typeof response.description, 'string', `${name} ${status}`)
      if (Number(status) < 400) continue
      assert.deepEqual(response.content['application/json'].schema, { $ref: '#/components/schemas/Error' }, name)
    }
  }
})

test('declares every parameter of a path, and those alone', () => {
  for (const { name, path, operation } of operations()) {
    const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map(([, parameter]) => parameter).sort()
    const declared = (operation.parameters ?? []).filter((parameter: Json) => parameter.in === 'path')
    assert.deepEqual(declared.map((parameter: Json) => parameter.name).sort(), inPath, name)
    assert.ok(
      declared.every((parameter: Json) => parameter.required === true),
      name,
    )
  }
})

test('refers only to what is there', () => {
  for (const { $ref } of withKey('$ref', description)) {
    const parts = $ref.replace(/^#\//, '').split('/')
    const target = parts.reduce((value: Json, part: string) => value?.[part], description)
    assert.ok(target, $ref)
  }
})

test('has schemas of JSON Schema 2020-12', () => {
  const ajv = new Ajv2020({ strict: false })
  addFormats.default(ajv)
  ajv.addSchema({ $id: 'api', components: description.components })
  let count = 0
  for (const { operation } of operations()) {
    for (const schema of schemas(operation)) {
      const local = JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"api#/components'))
      ajv.compile(local)
      count += 1
    }
  }
  assert.ok(count > 20)
})
