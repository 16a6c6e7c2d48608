/** A text's place in the space of a model, of length 1, so that the product of two is the cosine of their angle. */
export type Vector = Float32Array

/** More numbers than any model in use gives. */
const maxDimension = 16_384

/** A vector of the same direction and of length 1; undefined when the numbers are no direction. */
export function unitVector(numbers: unknown): Vector | undefined {
  if (!Array.isArray(numbers) || numbers.length === 0 || numbers.length > maxDimension) return undefined
  if (!numbers.every((number) => typeof number === 'number' && Number.isFinite(number))) return undefined
  const length = Math.hypot(...numbers)
  if (length === 0 || !Number.isFinite(length)) return undefined
  return Float32Array.from(numbers, (number: number) => number / length)
}

/** From -1 to 1; undefined when the vectors are not of one space. */
export function cosineOf(a: Vector, b: Vector): number | undefined {
  if (a.length !== b.length) return undefined
  let sum = 0
  for (let at = 0; at < a.length; at += 1) sum += (a[at] as number) * (b[at] as number)
  return Math.min(1, Math.max(-1, sum))
}

/** The bytes of a vector, little end first, in base64: a text that both databases keep alike. */
export function encodeVector(vector: Vector): string {
  const bytes = Buffer.alloc(vector.length * 4)
  for (const [at, number] of vector.entries()) bytes.writeFloatLE(number, at * 4)
  return bytes.toString('base64')
}

export function decodeVector(text: string): Vector {
  const bytes = Buffer.from(text, 'base64')
  const vector = new Float32Array(Math.floor(bytes.length / 4))
  for (let at = 0; at < vector.length; at += 1) vector[at] = bytes.readFloatLE(at * 4)
  return vector
}

/**
 * The vectors in an answer of `POST …/embeddings` to `count` texts, in the order of the texts; a text that says what is
 * wrong with the answer when they can not all be told.
 */
export function vectorsIn(answer: unknown, count: number): Vector[] | string {
  const data = typeof answer === 'object' && answer !== null && 'data' in answer ? answer.data : undefined
  if (!Array.isArray(data)) return 'the answer has no list named data'
  if (data.length !== count) return `the answer has ${data.length} vectors for ${count} texts`
  const vectors: Vector[] = []
  for (const [at, item] of data.entries()) {
    const { index = at, embedding } = (item ?? {}) as { index?: unknown; embedding?: unknown }
    const vector = unitVector(embedding)
    if (!vector) return `vector ${at} of the answer is no list of numbers with a direction`
    if (!Number.isInteger(index) || Number(index) < 0 || Number(index) >= count || vectors[Number(index)]) {
      return `vector ${at} of the answer has no index of its own`
    }
    vectors[Number(index)] = vector
  }
  const [first] = vectors
  const odd = vectors.find((vector) => vector.length !== first?.length)
  return odd ? `the answer has vectors of ${first?.length} and of ${odd.length} numbers` : vectors
}
