import { schemaWarning, type TwimlElement, type TwimlWarning } from '../../carriers/domain/twiml-element.ts'

/** The children that an element may have; of the others a warning tells. */
export function nested(element: TwimlElement, names: readonly string[], warnings: TwimlWarning[]): TwimlElement[] {
  return element.children.filter(({ name }) => {
    if (names.includes(name)) return true
    warn(warnings, `<${element.name}> has no use for <${name}>`)
    return false
  })
}

export function warn(warnings: TwimlWarning[], message: string): void {
  warnings.push({ code: schemaWarning, message })
}
