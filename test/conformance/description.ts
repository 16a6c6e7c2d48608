import type { ErrorObject, ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { Exchange } from './recorder.ts'

interface Media {
  schema?: object
}
interface Operation {
  responses: Record<string, { content?: Record<string, Media> }>
}
interface Document {
  openapi: string
  components: { schemas: Record<string, object> }
  paths: Record<string, Record<string, Operation>>
}

const json = 'application/json'

/** The server's own description of itself, by which every answer of a run is judged. */
export class Description {
  readonly #document: Document
  readonly #ajv = new Ajv2020({
    allErrors: true,
    allowUnionTypes: true,
    strictTypes: false,
    strictRequired: false,
    // Hardly any validator runs so often that making it better would pay.
    code: { optimize: false },
  })
  /** By the text of their schemas: most answers of any operation are the same error. */
  readonly #validators = new Map<string, ValidateFunction>()
  readonly #patterns: readonly { template: string; pattern: RegExp; methods: ReadonlySet<string> }[]
  readonly #templates = new Map<string, string | undefined>()

  constructor(document: unknown) {
    // What a caller is told who sends a text of another shape.
    this.#ajv.addKeyword('x-shape')
    this.#document = closed(document) as Document
    this.#patterns = Object.entries(this.#document.paths).map(([template, operations]) => ({
      template,
      pattern: patternOf(template),
      methods: new Set(Object.keys(operations)),
    }))
    this.#ajv.addFormat('uri', (value: string) => URL.canParse(value))
    this.#ajv.addFormat('date-time', (value: string) => /T/.test(value) && !Number.isNaN(Date.parse(value)))
  }

  /** Reads `/openapi.json` of a server. Servers that describe themselves by the same text share what is made of it. */
  static async of(url: string): Promise<Description> {
    const text = await (await fetch(`${url}/openapi.json`)).text()
    const description = known.get(text) ?? Description.#read(text)
    known.set(text, description)
    return description
  }

  static #read(text: string): Description {
    const document = JSON.parse(text) as Document
    if (!document.openapi.startsWith('3.1.')) throw new Error(`/openapi.json is OpenAPI ${document.openapi}, not 3.1`)
    return new Description(document)
  }

  /** The path as it is described, such as `/v2/Conversations/{id}`; undefined when the description has none like it. */
  templateOf(method: string, path: string): string | undefined {
    const asked = `${method} ${path}`
    if (!this.#templates.has(asked)) this.#templates.set(asked, this.#find(method.toLowerCase(), path))
    return this.#templates.get(asked)
  }

  #find(method: string, path: string): string | undefined {
    const candidates = this.#patterns.filter(({ pattern, methods }) => methods.has(method) && pattern.test(path))
    // A literal step wins over a parameter: …/Profiles/Lookup is not the profile of that name.
    return candidates.map(({ template }) => template).sort((a, b) => a.split('{').length - b.split('{').length)[0]
  }

  /** What is wrong with an answer: an undescribed path, status or key, a missing key, a value of another type. */
  problemsOf({ method, path, status, headers, body }: Exchange): string[] {
    const where = `${method} ${path} ${status}`
    const template = this.templateOf(method, path)
    if (template === undefined) return status === 404 ? [] : [`${where}: the description knows no such path`]
    const response = this.#document.paths[template]?.[method.toLowerCase()]?.responses[status]
    if (!response) return [`${where}: the description has no such status for ${method} ${template}`]
    if (status === 204) return body === '' ? [] : [`${where}: should have no body`]
    if (!headers['content-type']?.startsWith(json)) return [`${where}: is ${headers['content-type']}, not JSON`]
    const validate = this.#validatorOf(response.content?.[json])
    if (!validate) return [`${where}: the description has no schema`]
    return validate(body) ? [] : (validate.errors ?? []).map((error) => `${where}: ${sentence(error)}`)
  }

  #validatorOf(media: Media | undefined): ValidateFunction | undefined {
    if (!media?.schema) return undefined
    const text = JSON.stringify(media.schema)
    const validate =
      this.#validators.get(text) ?? this.#ajv.compile({ ...media.schema, $defs: this.#document.components.schemas })
    this.#validators.set(text, validate)
    return validate
  }
}

const known = new Map<string, Description>()

/** The same description, in which an object schema that names its keys admits no others and references are to `$defs`. */
function closed(node: unknown): unknown {
  if (typeof node === 'string') return node.replace(/^#\/components\/schemas\//, '#/$defs/')
  if (Array.isArray(node)) return node.map(closed)
  if (typeof node !== 'object' || node === null) return node
  const parts = Object.fromEntries(Object.entries(node).map(([key, part]) => [key, closed(part)]))
  const isObject = parts.type === 'object' || (Array.isArray(parts.type) && parts.type.includes('object'))
  const namesKeys = typeof parts.properties === 'object' && !('additionalProperties' in parts)
  return isObject && namesKeys ? { ...parts, additionalProperties: false } : parts
}

function patternOf(template: string): RegExp {
  const steps = template.split('/').map((step) => (step.startsWith('{') ? '[^/]+' : RegExp.escape(step)))
  return new RegExp(`^${steps.join('/')}/?$`)
}

function sentence({ instancePath, message, params }: ErrorObject): string {
  const key = (params as { additionalProperty?: string }).additionalProperty
  return `${instancePath || 'the body'} ${message}${key === undefined ? '' : ` (${key})`}`
}
