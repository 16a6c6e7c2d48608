import { Alert, Button, Code, CopyButton, Group, Text } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'

/** What the server answers once and never again. It is held by the page alone, until it is put away. */
export function SecretOnce(props: { what: string; secret: string; onDone: () => void }) {
  return (
    <Alert color="yellow" variant="outline" role="status" title={props.what} icon={<IconKey aria-hidden />} my="sm">
      <Text size="sm">It is shown this once. Keep it where secrets are kept.</Text>
      <Code block my="xs" tabIndex={0} className="wrap-anywhere" style={{ whiteSpace: 'pre-wrap' }}>
        {props.secret}
      </Code>
      <Group gap="xs">
        <CopyButton value={props.secret}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
        <Button size="compact-sm" variant="default" onClick={props.onDone}>
          I have kept it
        </Button>
      </Group>
    </Alert>
  )
}
