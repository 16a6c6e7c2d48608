import { Alert, Anchor, Button, Group, Text } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import { ApiError } from '../api/client.ts'
import { Page } from './page.tsx'

/** What went wrong, in the server's own words, and what may be done about it. */
export function Trouble({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const refused = error instanceof ApiError ? error : undefined
  return (
    <Alert
      color="red"
      variant="outline"
      title={refused ? `The server refused this (${refused.code})` : 'The server could not be reached'}
      icon={<IconAlertCircle aria-hidden />}
      role="alert"
      my="xs"
    >
      <Text size="sm" className="wrap-anywhere">
        {error instanceof Error ? error.message : String(error)}
      </Text>
      {refused?.requestId && (
        <Text size="xs" c="dimmed" mt={4}>
          Request {refused.requestId}
        </Text>
      )}
      <Group gap="sm" mt="xs">
        {refused && (
          <Anchor size="sm" href={refused.moreInfo} underline="always">
            What error {refused.code} means
          </Anchor>
        )}
        {onRetry && (
          <Button size="compact-sm" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Group>
    </Alert>
  )
}

/** In the place of a whole view that could not be had. */
export function TroublePage({ title, ...trouble }: { title: string; error: unknown; onRetry: () => void }) {
  return (
    <Page title={title}>
      <Trouble {...trouble} />
    </Page>
  )
}
