import { Badge, Code, Text } from '@mantine/core'

/** What an operator found: a label or a text as such, anything else as the JSON that it is. */
export function Found({ result }: { result: Record<string, unknown> }) {
  const { label, text } = result
  if (typeof label === 'string')
    return (
      <Badge variant="outline" color="gray" styles={{ label: { color: 'var(--mantine-color-text)' } }}>
        {label}
      </Badge>
    )
  if (typeof text === 'string')
    return (
      <Text size="sm" className="wrap-anywhere" style={{ whiteSpace: 'pre-line' }}>
        {text}
      </Text>
    )
  return (
    <Code block tabIndex={0}>
      {JSON.stringify(result, null, 2)}
    </Code>
  )
}
