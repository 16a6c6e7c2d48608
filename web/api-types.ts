import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript'
import { openWorld } from '../src/testing/app.ts'

/** Writes the types of the API that the console speaks, from the schemas by which the server validates and answers. */
const file = join(import.meta.dirname, 'src/api/schema.d.ts')

const world = await openWorld()
await world.app.ready()
const description = world.app.swagger() as unknown as OpenAPI3
await world.close()
writeFileSync(file, astToString(await openapiTS(description, { alphabetize: true })))
